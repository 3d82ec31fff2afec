"""The fake is as awkward as GitHub where that has cost others duplicates."""

from datetime import timedelta
from typing import Any

import httpx2

from tests.fakes.github import FakeGitHub, RandomFaults
from tests.fakes.stopped_clock import StoppedClock


async def ask(github: FakeGitHub, path: str) -> Any:
    headers = {"authorization": f"token {github.token}"}
    async with httpx2.AsyncClient(base_url=github.url, headers=headers) as http:
        return (await http.get(path)).json()


async def test_search_learns_of_an_issue_minutes_later_and_the_list_at_once(
    github: FakeGitHub, clock: StoppedClock
) -> None:
    github.repository.create({"title": "It fails", "body": "the mark"})
    listed = await ask(github, "/repos/acme/shop/issues")
    searched = await ask(github, "/search/issues?q=mark")
    clock.advance(timedelta(minutes=3))
    searched_later = await ask(github, "/search/issues?q=mark")
    assert len(listed) == 1
    assert (searched["total_count"], searched_later["total_count"]) == (0, 1)


async def test_names_differ_by_more_than_case(github: FakeGitHub) -> None:
    github.repository.labels["Bug"] = "000000"
    assert (await ask(github, "/repos/ACME/Shop/labels/BUG"))["name"] == "Bug"


async def test_labels_are_dropped_without_a_word(github: FakeGitHub) -> None:
    github.repository.can_push = False
    issue = github.repository.create({"title": "It fails", "labels": ["bug"], "assignees": ["ada"]})
    assert (issue.labels, issue.assignees) == ([], [])


def test_a_third_is_about_a_third_and_the_same_each_time() -> None:
    faults = [RandomFaults(1 / 3), RandomFaults(1 / 3)]
    met = [[each.next() for _ in range(300)] for each in faults]
    assert met[0] == met[1]
    assert 80 < faults[0].met < 120
