"""The doctor's look at Slack: token, scope, channels by id."""

import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.adapters.slack.doctor import check_slack
from issue_intelligence.ports.check import CheckResult, CheckState
from tests.fakes.http_answers import Answer, HttpAnswers

OK, WARNING, FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED
IDENTITY = {"ok": True, "team": "Acme", "user": "issues"}
CHANNELS = {"SLACK_CHANNEL_CRITICAL": "C0123456789"}


def fine(scopes: str = "chat:write,reactions:write") -> Answer:
    return Answer(IDENTITY, headers={"X-OAuth-Scopes": scopes})


async def check(answer: Answer, channels: dict[str, str] | None = None) -> tuple[CheckResult, ...]:
    server = HttpAnswers({"/api/auth.test": answer})
    async with server.served() as url, http_client(timeout_seconds=5) as client:
        found = await check_slack(client, f"{url}/api", "xoxb-token", channels or CHANNELS)
    (request,) = server.requests
    assert (request.method, request.headers["authorization"]) == ("POST", "Bearer xoxb-token")
    return found


async def test_token_with_the_scope_is_fine() -> None:
    (result,) = await check(fine())
    assert result.state is OK
    assert "Acme" in result.sentence


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (fine("chat:write.public, reactions:write"), FAILED, "may not write messages"),
        (Answer(IDENTITY), WARNING, "does not say what our token may do"),
    ],
)
async def test_scope_is_looked_for_by_its_whole_name(answer: Answer, state: CheckState, words: str) -> None:
    _, result = await check(answer)
    assert result.state is state
    assert words in result.sentence


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        # Slack answers 200 to a wrong token.
        (Answer({"ok": False, "error": "invalid_auth"}), "refuses our token"),
        (Answer({"ok": False, "error": "token_revoked"}), "revoked"),
        (Answer({"ok": False, "error": "something_new"}), "something_new"),
        (Answer("<html></html>", 502), "is not Slack's API: 502"),
    ],
)
async def test_refusal_is_told(answer: Answer, words: str) -> None:
    (result,) = await check(answer)
    assert result.state is FAILED
    assert words in result.sentence


@pytest.mark.parametrize(
    ("channels", "states"),
    [
        ({"SLACK_CHANNEL_HIGH": "#alerts"}, [FAILED]),
        ({"SLACK_CHANNEL_HIGH": "alerts"}, [FAILED]),
        # Another channel takes the place of one that is not set.
        ({"SLACK_CHANNEL_HIGH": "", "SLACK_CHANNEL_MEDIUM": "G0123456789"}, []),
        # The start is refused then.
        ({"SLACK_CHANNEL_HIGH": ""}, [FAILED]),
        ({"SLACK_CHANNEL_HIGH": "", "SLACK_CHANNEL_RESOLVED": "C0123456789"}, [FAILED]),
    ],
)
async def test_channels_are_ids(channels: dict[str, str], states: list[CheckState]) -> None:
    assert [result.state for result in (await check(fine(), channels))[1:]] == states
