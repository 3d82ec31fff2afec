"""Whether Slack takes our token, lets it write, and is told channels by their ids."""

import re
from collections.abc import Mapping

import httpx2

from issue_intelligence.adapters.http_ask import NotAskedError, ask
from issue_intelligence.ports.check import CheckResult, ResultsOf

_RESULTS = ResultsOf(system="Slack")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{8,}")
# https://docs.slack.dev/reference/methods/auth.test
_ERRORS = {
    "invalid_auth": "It refuses our token.",
    "not_authed": "It got no token.",
    "account_inactive": "Our token's app was removed, or its user was deactivated.",
    "token_revoked": "Our token was revoked.",
    "token_expired": "Our token has expired.",
}


async def check_slack(
    client: httpx2.AsyncClient, api_url: str, token: str, channels: Mapping[str, str]
) -> tuple[CheckResult, ...]:
    """Ask who we are; `channels` are channel ids by the name of their setting, "" where none is set."""
    try:
        answer = await ask(
            client,
            f"{api_url.rstrip('/')}/auth.test",
            method="POST",
            headers={"Authorization": f"Bearer {token}"},
        )
    except NotAskedError as error:
        advice = "See whether this machine reaches it, or correct SLACK_API_URL."
        return (_RESULTS.failed(f"It does not answer: {error}.", advice),)
    document = answer.document()
    if "ok" not in document:
        what = f"What answers is not Slack's API: {answer.status}, {answer.said}."
        return (_RESULTS.failed(what, "Correct SLACK_API_URL."),)
    if document["ok"] is not True:
        error_code = str(document.get("error", "unknown"))
        what = _ERRORS.get(error_code, f"It refuses us: {error_code}.")
        advice = "Install the app anew, and set SLACK_BOT_TOKEN to its bot token."
        return (_RESULTS.failed(what, advice), *_judge_channels(channels))
    team = document.get("team", "unknown")
    found = _RESULTS.ok(f"It takes our token, in the workspace {team}.")
    return (found, *_judge_scopes(answer.headers.get("x-oauth-scopes")), *_judge_channels(channels))


def _judge_scopes(header: str | None) -> tuple[CheckResult, ...]:
    if header is None:
        what = "It does not say what our token may do."
        return (_RESULTS.warning(what, "See that the app has the scope chat:write."),)
    if "chat:write" in {scope.strip() for scope in header.split(",")}:
        return ()
    advice = "Add the scope chat:write to the app, and install it anew."
    return (_RESULTS.failed("Our token may not write messages.", advice),)


def _judge_channels(channels: Mapping[str, str]) -> list[CheckResult]:
    found = []
    if not any(channel for setting, channel in channels.items() if setting != "SLACK_CHANNEL_RESOLVED"):
        advice = "Set SLACK_CHANNEL_MEDIUM; SLACK_CHANNEL_HIGH and SLACK_CHANNEL_CRITICAL may be others."
        return [_RESULTS.failed("No channel is set, and the service does not start like that.", advice)]
    # One that is not set is no gap: the next milder or graver one takes its place.
    for setting, channel in channels.items():
        if channel and not _CHANNEL_ID.fullmatch(channel):
            advice = "Take the id from the end of the channel's details in Slack; it begins with C."
            found.append(_RESULTS.failed(f"{setting} is {channel}, which is no channel id.", advice))
    return found
