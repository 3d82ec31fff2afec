"""The doctor's look at GitHub: token, permissions, limits; nothing is written."""

from typing import Any

import pytest

from issue_intelligence.adapters.github.doctor import check_github
from issue_intelligence.adapters.http import http_client
from issue_intelligence.ports.check import CheckResult, CheckState
from tests.fakes.http_answers import Answer, HttpAnswers

OK, WARNING, FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED
LIMITS = Answer({"rate": {"limit": 5000, "remaining": 4321}})


def repository(**changes: Any) -> Answer:
    usual = {"archived": False, "has_issues": True, "permissions": {"pull": True, "push": True}}
    return Answer(usual | changes)


async def check(
    shop: Answer, limits: Answer = LIMITS, *, repositories: tuple[str, ...] = ("acme/shop",)
) -> tuple[CheckResult, ...]:
    server = HttpAnswers({"/rate_limit": limits, "/repos/acme/shop": shop})
    async with server.served() as url, http_client(timeout_seconds=5) as client:
        found = await check_github(client, url, "ghp_token", repositories)
    assert {(each.method, each.headers["authorization"]) for each in server.requests} == {
        ("GET", "Bearer ghp_token")
    }
    return found


async def test_token_that_may_write_is_fine() -> None:
    limits, found = await check(repository())
    assert (limits.state, found.state) == (OK, OK)
    assert "4,321 of 5,000" in limits.sentence


@pytest.mark.parametrize(
    ("answer", "states", "words"),
    [
        (repository(archived=True), [FAILED], "archived"),
        (repository(has_issues=False), [FAILED], "issues turned off"),
        (repository(has_issues=False, archived=True), [FAILED, FAILED], "archived"),
        # GitHub takes the issue and drops its labels, with 201 all the same.
        (repository(permissions={"pull": True, "push": False}), [WARNING], "drops labels"),
        (Answer({"message": "Not Found"}, 404), [FAILED], "may not see it (404)"),
        (Answer({"message": "Moved Permanently"}, 301), [FAILED], "renamed or moved"),
        (Answer("<html></html>"), [FAILED], "is not understood"),
    ],
)
async def test_repository_is_judged(answer: Answer, states: list[CheckState], words: str) -> None:
    _, *found = await check(answer)
    assert [result.state for result in found] == states
    assert words in found[0].sentence


async def test_each_repository_is_judged() -> None:
    _, shop, other = await check(repository(), repositories=("acme/shop", "acme/other"))
    assert (shop.state, other.state) == (OK, FAILED)
    assert "acme/other" in other.sentence


@pytest.mark.parametrize(
    ("limits", "state", "words"),
    [
        (Answer({"rate": {"limit": 5000, "remaining": 100}}), WARNING, "Only 100 of 5,000"),
        # GitHub Enterprise with its limits turned off.
        (Answer({"message": "Rate limiting is not enabled."}, 404), OK, "no limits"),
        (Answer("<html>a proxy</html>"), FAILED, "not GitHub's API"),
    ],
)
async def test_limits_are_judged(limits: Answer, state: CheckState, words: str) -> None:
    result = (await check(repository(), limits))[0]
    assert result.state is state
    assert words in result.sentence


async def test_refused_token_is_told_once() -> None:
    (result,) = await check(repository(), Answer({"message": "Bad credentials"}, 401))
    assert result.state is FAILED
    assert "GITHUB_TOKEN" in result.advice
    assert "ghp_token" not in result.sentence + result.advice
