"""What GitHub's refusals, silences and limits become."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from issue_intelligence.adapters.github.failures import wait_of_limit
from issue_intelligence.adapters.github.tracker import GitHubTracker
from issue_intelligence.core.model.issue import IssueText
from issue_intelligence.ports.errors import PermanentError, RateLimitedError, TransientError
from tests.adapters.github.connected import connected
from tests.fakes.github import FakeGitHub, Fault
from tests.fakes.stopped_clock import StoppedClock

TEXT = IssueText(title="[Bug] checkout", body="### Impact\n- none", labels=("bug",))
NOW = StoppedClock().now()


def at_creation(*, status: int, **more: Any) -> Fault:
    return Fault(status=status, method="POST", path_end="/issues", **more)


PERMANENT = [
    # What GitHub answers, and what we say.
    (at_creation(status=401, message="Bad credentials"), "set GITHUB_TOKEN"),
    (at_creation(status=403, message="Resource not accessible"), '"Issues: read and write"'),
    (
        at_creation(status=403, headers={"x-accepted-github-permissions": "issues=write"}),
        "the permission issues=write",
    ),
    (at_creation(status=403, message="Repository was archived so is read-only."), "archived"),
    (at_creation(status=404, message="Not Found"), "no repository acme/shop"),
    (at_creation(status=410, message="Issues are disabled for this repo"), "switched off"),
    (at_creation(status=422, message="Validation Failed"), "Validation Failed"),
    (at_creation(status=400, message="Problems parsing JSON"), "400"),
    (at_creation(status=451, message="Repository access blocked"), "451"),
]


@pytest.mark.parametrize(("fault", "sentence"), PERMANENT)
async def test_refusal_says_what_to_change(
    github: FakeGitHub, tracker: GitHubTracker, fault: Fault, sentence: str
) -> None:
    github.faults.append(fault)
    with pytest.raises(PermanentError, match=sentence) as raised:
        await tracker.create(TEXT, marker="m")
    assert github.token not in str(raised.value)


@pytest.mark.parametrize(
    "fault",
    [
        at_creation(status=500, message="Server Error"),
        at_creation(status=502, html="<html>Bad gateway</html>"),
        # A status that no list of statuses knows.
        at_creation(status=520, html="<html>Unknown error</html>"),
        at_creation(status=0),
        # HTML instead of JSON.
        at_creation(status=201, html="<html>Sign in</html>"),
    ],
    ids=["500", "502", "520", "closed", "html"],
)
async def test_outage_is_transient(github: FakeGitHub, tracker: GitHubTracker, fault: Fault) -> None:
    github.faults.append(fault)
    with pytest.raises(TransientError):
        await tracker.create(TEXT, marker="m")
    assert (await tracker.create(TEXT, marker="m")).number == 1


async def test_unreachable_github_is_transient(clock: StoppedClock) -> None:
    with FakeGitHub() as gone:
        pass
    async with connected(gone, clock=clock) as tracker:
        with pytest.raises(TransientError, match="cannot be reached"):
            await tracker.create(TEXT, marker="m")


async def test_silent_github_is_left_and_looked_at_no_sooner_than_ten_seconds_later(
    github: FakeGitHub, clock: StoppedClock
) -> None:
    async with connected(github, clock=clock) as tracker:
        await tracker.create(TEXT, marker="labels are known now")
    async with connected(github, clock=clock, timeout_seconds=0.3) as tracker:
        github.faults.append(at_creation(status=0, hangs=True, after_effect=True))
        with pytest.raises(TransientError, match="did not answer") as raised:
            await tracker.create(TEXT, marker="m")
        assert raised.value.retry_after_seconds == 10
        found = await tracker.find_by_marker("m", since=clock.now())
        assert found is not None
        assert found.number == 2


async def test_a_read_is_repeated_at_once(github: FakeGitHub, tracker: GitHubTracker) -> None:
    await tracker.create(TEXT, marker="m")
    github.faults += [Fault(status=502, html="<html>"), Fault(status=0)]
    assert await tracker.get(1) is not None


async def test_a_write_is_not_repeated_by_itself(github: FakeGitHub, tracker: GitHubTracker) -> None:
    github.faults.append(at_creation(status=500, after_effect=True))
    with pytest.raises(TransientError):
        await tracker.create(TEXT, marker="m")
    assert github.counted("POST", "/issues") == 1


LIMITS = [
    # Status, headers, message, how many before, seconds to wait; None for no limit.
    (403, {"retry-after": "30"}, "", 0, 30),
    (429, {"retry-after": "7"}, "", 0, 7),
    # All calls of the hour are used up.
    (
        403,
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 1_800)},
        "",
        0,
        1_800,
    ),
    # Over already by our clock, which may be wrong.
    (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, "", 0, 1),
    (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"}, "", 0, 3_900),
    # Nothing told: a minute, then twice as long each time.
    (403, {}, "You have exceeded a secondary rate limit", 0, 60),
    (403, {"x-ratelimit-remaining": "4000"}, "You have exceeded a secondary rate limit", 1, 120),
    (429, {}, "", 2, 240),
    (429, {}, "", 50, 900),
    (429, {"retry-after": "soon"}, "", 0, 60),
    # Not a limit at all.
    (403, {"x-ratelimit-remaining": "4000"}, "Resource not accessible", 0, None),
    (404, {"x-ratelimit-remaining": "0"}, "", 0, None),
]


@pytest.mark.parametrize(("status", "headers", "message", "before", "seconds"), LIMITS)
def test_wait_of_limit(
    status: int, headers: dict[str, str], message: str, before: int, seconds: float | None
) -> None:
    body = f'{{"message": "{message}"}}'.encode()
    wait = wait_of_limit(status, headers, body, now=NOW, limits_in_a_row=before)
    assert wait == (None if seconds is None else pytest.approx(seconds, abs=1))


async def test_while_limited_nothing_is_asked(
    github: FakeGitHub, tracker: GitHubTracker, clock: StoppedClock
) -> None:
    github.faults.append(Fault(status=403, message="secondary rate limit", headers={"retry-after": "90"}))
    with pytest.raises(RateLimitedError) as raised:
        await tracker.get(1)
    assert raised.value.retry_after_seconds == 90
    asked = len(github.requests)
    clock.advance(timedelta(seconds=30))
    with pytest.raises(RateLimitedError) as raised:
        await tracker.create(TEXT, marker="m")
    assert raised.value.retry_after_seconds == 60
    assert len(github.requests) == asked
    clock.advance(timedelta(seconds=61))
    assert (await tracker.create(TEXT, marker="m")).number == 1


async def test_writes_keep_their_distance(github: FakeGitHub, clock: StoppedClock) -> None:
    async with connected(github, clock=clock, write_interval_seconds=0.05) as tracker:
        await asyncio.gather(*(tracker.create(TEXT, marker=str(number)) for number in range(4)))
    gaps = [
        later - earlier for earlier, later in zip(github.write_times, github.write_times[1:], strict=False)
    ]
    assert len(gaps) >= 4
    # Measured where they arrive, so a little less than where they left.
    assert min(gaps) > 0.03


async def test_lost_access_is_not_a_missing_issue(github: FakeGitHub, clock: StoppedClock) -> None:
    async with connected(github, clock=clock, repository="acme/other") as tracker:
        with pytest.raises(PermanentError, match="no repository acme/other"):
            await tracker.get(1)


async def test_wrong_token_is_told(github: FakeGitHub, clock: StoppedClock) -> None:
    async with connected(github, clock=clock, token="ghp_wrong") as tracker:
        with pytest.raises(PermanentError, match="set GITHUB_TOKEN") as raised:
            await tracker.get(1)
    assert "ghp_wrong" not in str(raised.value)


async def test_locked_issue_is_told(github: FakeGitHub, tracker: GitHubTracker) -> None:
    await tracker.create(TEXT, marker="m")
    github.repository.issues[1].locked = True
    with pytest.raises(PermanentError, match="unlock it"):
        await tracker.comment(1, "news", marker="c")


async def test_deleted_issue_is_gone(github: FakeGitHub, tracker: GitHubTracker) -> None:
    await tracker.create(TEXT, marker="m")
    github.repository.issues[1].deleted = True
    assert await tracker.get(1) is None
    with pytest.raises(PermanentError, match="comment on issue 1"):
        await tracker.comment(1, "news", marker="c")
