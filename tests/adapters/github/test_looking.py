"""A mark is found in few calls, whatever else the repository holds, and nobody else's text passes for it."""

from datetime import timedelta

import pytest

from issue_intelligence.adapters.github.tracker import GitHubTracker
from issue_intelligence.core.model.issue import IssueText
from issue_intelligence.ports.errors import PermanentError
from tests.fakes.github import FakeGitHub
from tests.fakes.stopped_clock import StoppedClock

TEXT = IssueText(title="[Bug] checkout", body="### Impact", labels=("bug",))
DAY = timedelta(days=1)


def fill(github: FakeGitHub, number: int) -> None:
    for each in range(number):
        github.repository.create({"title": f"old {each}", "body": "x"})


async def test_ten_thousand_older_issues_cost_one_call(
    github: FakeGitHub, tracker: GitHubTracker, clock: StoppedClock
) -> None:
    fill(github, 10_000)
    clock.advance(DAY)
    meant_at = clock.now()
    # People work on old issues all the time.
    for number in range(1, 2_000):
        github.repository.change(number, {"title": "touched"})
    await tracker.create(TEXT, marker="m")
    asked = len(github.requests)
    found = await tracker.find_by_marker("m", since=meant_at)
    assert found is not None
    assert found.number == 10_001
    assert len(github.requests) == asked + 1
    assert await tracker.find_by_marker("never", since=meant_at) is None
    assert len(github.requests) == asked + 2


async def test_missing_labels_hide_nothing(
    github: FakeGitHub, tracker: GitHubTracker, clock: StoppedClock
) -> None:
    github.repository.can_push = False
    await tracker.create(TEXT, marker="m")
    assert github.issues[0].labels == []
    assert await tracker.find_by_marker("m", since=clock.now()) is not None


async def test_too_many_to_look_through_is_told(
    github: FakeGitHub, tracker: GitHubTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(github, 301)
    monkeypatch.setattr("issue_intelligence.adapters.github.tracker.MAX_PAGES", 3)
    with pytest.raises(PermanentError, match="more than 3 pages"):
        await tracker.find_by_marker("m")


async def test_our_clock_may_be_ahead(
    github: FakeGitHub, tracker: GitHubTracker, clock: StoppedClock
) -> None:
    await tracker.create(TEXT, marker="m")
    await tracker.comment(1, "news", marker="c")
    ahead = clock.now() + timedelta(minutes=9)
    assert await tracker.find_by_marker("m", since=ahead) is not None
    assert await tracker.has_comment(1, marker="c", since=ahead)


async def test_comment_is_found_among_many(
    github: FakeGitHub, tracker: GitHubTracker, clock: StoppedClock
) -> None:
    await tracker.create(TEXT, marker="m")
    for _ in range(250):
        github.repository.comment(1, "me too")
    clock.advance(DAY)
    meant_at = clock.now()
    await tracker.comment(1, "news", marker="c")
    asked = len(github.requests)
    assert await tracker.has_comment(1, marker="c", since=meant_at)
    assert len(github.requests) == asked + 1
    assert await tracker.has_comment(1, marker="c")


async def test_mark_in_alert_text_is_defused(github: FakeGitHub, tracker: GitHubTracker) -> None:
    await tracker.create(TEXT, marker="m")
    stolen = github.issues[0].body.splitlines()[-1]
    assert stolen.startswith("<!-- iis:")
    forged = IssueText(title="x", body=f"```\n{stolen}\n{stolen.replace('m', 'n')}\n```", labels=())
    await tracker.create(forged, marker="other")
    await tracker.comment(2, stolen.replace("issue", "comment"), marker="c")
    found = await tracker.find_by_marker("m")
    assert found is not None
    assert found.number == 1
    assert await tracker.find_by_marker("n") is None
    assert not await tracker.has_comment(2, marker="m")


async def test_copied_mark_of_a_later_issue_does_not_count(
    github: FakeGitHub, tracker: GitHubTracker, clock: StoppedClock
) -> None:
    await tracker.create(TEXT, marker="m")
    clock.advance(DAY)
    github.repository.create({"title": "copy", "body": github.issues[0].body})
    found = await tracker.find_by_marker("m")
    assert found is not None
    assert found.number == 1


async def test_body_edited_in_the_browser_keeps_its_mark(github: FakeGitHub, tracker: GitHubTracker) -> None:
    await tracker.create(TEXT, marker="m")
    issue = github.repository.issues[1]
    issue.body = issue.body.replace("\n", "\r\n") + "\r\n\r\nSomeone adds this."
    assert await tracker.find_by_marker("m") is not None


async def test_pull_request_with_our_mark_is_no_issue(github: FakeGitHub, tracker: GitHubTracker) -> None:
    await tracker.create(TEXT, marker="m")
    github.repository.issues[1].is_pull_request = True
    assert await tracker.find_by_marker("m") is None
