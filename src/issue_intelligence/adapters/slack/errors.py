"""Slack's failures as ours. Slack answers 200 for most of them and says in `error` what was wrong."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from issue_intelligence.ports.errors import OutsideError, PermanentError, RateLimitedError, TransientError

_NEW_TOKEN = "install the app again and set its new bot token as SLACK_BOT_TOKEN"  # noqa: S105 - a hint, not one
_CHANNEL = "check the SLACK_CHANNEL_* settings and slack_channel of the services"
# What a person has to do. Source: "Errors" of https://docs.slack.dev/reference/methods/chat.postMessage.
_WHAT_TO_DO: Mapping[str, str] = {
    "invalid_auth": _NEW_TOKEN,
    "not_authed": "set SLACK_BOT_TOKEN",
    "account_inactive": _NEW_TOKEN,
    "token_revoked": _NEW_TOKEN,
    "token_expired": _NEW_TOKEN,
    "not_allowed_token_type": "SLACK_BOT_TOKEN must be a bot token; it begins with xoxb-",
    "missing_scope": "give the app the scope chat:write and install it again",
    "channel_not_found": f"the channel does not exist, or is private and the app is no member: {_CHANNEL}",
    "is_archived": f"the channel is archived: {_CHANNEL}",
    "not_in_channel": "invite the app into the channel: /invite @<its name>, or give it chat:write.public",
    "restricted_action": "the workspace forbids the app to write there; ask its owner",
    "team_access_not_granted": "the app is not installed in the workspace of this channel",
    "msg_too_long": "this is a fault of ours; please report it",
    "msg_blocks_too_long": "this is a fault of ours; please report it",
    "invalid_blocks": "this is a fault of ours; please report it",
    "no_text": "this is a fault of ours; please report it",
}
# Slack's own trouble, which passes.
_PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_RATE_LIMITS = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_OK = 200


class SlackRefusedError(PermanentError):
    """Slack said no; `code` is its word for why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


# Whatever the library lets through; what answered in plain text makes it trip over its own feet.
VENDOR_ERRORS = (
    SlackClientError,
    aiohttp.ClientError,
    asyncio.TimeoutError,
    OSError,
    ValueError,
    AttributeError,
)


def translated(method: str, error: Exception) -> OutsideError:
    """Turn what the library raised into one of our errors; what Slack wrote besides is left out."""
    if isinstance(error, SlackApiError):
        return _refusal(method, error.response)
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return TransientError(f"Slack: no answer to {method} in time")
    if isinstance(error, ValueError | AttributeError):
        return TransientError(f"Slack: {method} was answered with something that is not Slack's JSON")
    return TransientError(f"Slack: {method} did not get through ({type(error).__name__})")


def _refusal(method: str, response: Any) -> OutsideError:
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if status == _TOO_MANY_REQUESTS or code in _RATE_LIMITS:
        return RateLimitedError(
            f"Slack: {method} is asked too often", retry_after_seconds=_retry_after(response.headers)
        )
    if status >= _SERVER_ERROR or code in _PASSING:
        return TransientError(f"Slack: {method} failed on Slack's side ({code or status})")
    if not isinstance(code, str):
        if status == _OK:
            return TransientError(f"Slack: {method} was answered with something that is not Slack's JSON")
        # Slack itself answers 200 or 429 or 5xx, so another status is somebody else's.
        return PermanentError(f"Slack: {method} was answered with status {status}; check SLACK_API_URL")
    advice = _WHAT_TO_DO.get(code)
    return SlackRefusedError(code, f"Slack: {method}: {code[:100]}" + (f": {advice}" if advice else ""))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Give the wish in seconds; None for none, or for one that nobody can mean."""
    named = {name.lower(): value for name, value in headers.items()}
    try:
        seconds = float(named.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 < seconds <= MAX_RETRY_AFTER_SECONDS else None


MAX_RETRY_AFTER_SECONDS = 3_600
