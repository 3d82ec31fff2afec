"""What GitHub's refusals mean for us: wait, try again, or have someone change something."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gidgethub import sansio

from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.core.report.plain_words import span
from issue_intelligence.ports.errors import (
    OutsideError,
    PermanentError,
    RateLimitedError,
    TransientError,
)

# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
SHORTEST_UNTOLD_WAIT_SECONDS = 60.0
LONGEST_UNTOLD_WAIT_SECONDS = 900.0
# A limit that ends later than this is a clock that is wrong, theirs or ours.
_LONGEST_WAIT_SECONDS = 3_900.0
_MAX_MESSAGE_CHARS = 300
_LIMIT_WORDS = ("rate limit", "abuse detection")


class NotFoundError(PermanentError):
    """GitHub knows no such thing, or does not show it to this token."""


class GoneError(NotFoundError):
    """It was there once: a deleted issue, or issues that are switched off."""


class InvalidError(PermanentError):
    """GitHub understood and refused a value (422)."""


_MISSING_OR_INVALID: dict[int, tuple[type[PermanentError], str]] = {
    404: (NotFoundError, "it does not exist, or this token may not see it"),
    410: (GoneError, "it is gone, or switched off"),
    422: (InvalidError, "it takes something in our request for invalid"),
}


def wait_of_limit(
    status: int, headers: Mapping[str, str], body: bytes, *, now: datetime, limits_in_a_row: int
) -> float | None:
    """Give the seconds that a rate limit asks us to wait; None when this is no rate limit.

    `limits_in_a_row` counts the limits met since the last answer; each doubles the wait that GitHub
    leaves to us.
    """
    no_calls_left = headers.get("x-ratelimit-remaining") == "0"
    text = message_of(body).lower()
    told = "retry-after" in headers or no_calls_left or any(words in text for words in _LIMIT_WORDS)
    if status != 429 and not (status == 403 and told):
        return None
    wait = _number(headers.get("retry-after"))
    if wait is None and no_calls_left:
        reset_at = _number(headers.get("x-ratelimit-reset"))
        wait = reset_at - now.timestamp() if reset_at is not None else None
    if wait is None:
        doubled = SHORTEST_UNTOLD_WAIT_SECONDS * 2 ** min(limits_in_a_row, 10)
        wait = min(doubled, LONGEST_UNTOLD_WAIT_SECONDS)
    return min(max(wait, 1.0), _LONGEST_WAIT_SECONDS)


def rate_limited(seconds: float) -> RateLimitedError:
    return RateLimitedError(
        f"GitHub asks us to make no more requests for {span(seconds)}", retry_after_seconds=seconds
    )


def failure_of(status: int, headers: Mapping[str, str], body: bytes, *, what: str) -> OutsideError:
    """Turn a refusal that is no rate limit into an error; `what` names what we tried: "create an issue"."""
    said = message_of(body)
    says = f" (GitHub says: {said})" if said else ""
    if status >= 500 or status == 408:
        return TransientError(f"GitHub answered {status} when asked to {what}{says}")
    if status in _MISSING_OR_INVALID:
        kind, words = _MISSING_OR_INVALID[status]
        return kind(f"GitHub cannot {what}: {words}{says}")
    if status == 401:
        return PermanentError(f"GitHub refused the token: set GITHUB_TOKEN to one that is valid{says}")
    if status == 403:
        return PermanentError(f"GitHub does not let us {what}: {_what_to_grant(headers, said)}{says}")
    return PermanentError(f"GitHub answered {status} when asked to {what}{says}")


def message_of(body: bytes) -> str:
    """Give GitHub's own sentence, with the fields it names; "" when the answer is not of its kind."""
    try:
        document: Any = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(document, dict) or not isinstance(document.get("message"), str):
        return ""
    errors = document.get("errors")
    details = [_detail(error) for error in errors] if isinstance(errors, list) else []
    told = ", ".join(detail for detail in details if detail)
    return one_line(document["message"] + (f": {told}" if told else ""), _MAX_MESSAGE_CHARS)


def next_page(headers: Mapping[str, str]) -> str | None:
    """Give the address of the next page of a list."""
    _, _, more = sansio.decipher_response(204, {"link": headers.get("link", "")}, b"")
    return more


def _what_to_grant(headers: Mapping[str, str], said: str) -> str:
    if "locked" in said.lower():
        return "the issue is locked; unlock it"
    if "archived" in said.lower():
        return "the repository is archived; set GITHUB_REPOSITORY to another"
    wanted = one_line(headers.get("x-accepted-github-permissions", ""), 100)
    needs = f"the permission {wanted}" if wanted else 'the permission "Issues: read and write"'
    return f"give the token {needs}"


def _detail(error: object) -> str:
    if isinstance(error, str):
        return error
    if not isinstance(error, dict):
        return ""
    if isinstance(error.get("message"), str):
        return str(error["message"])
    return " ".join(str(error[key]) for key in ("field", "value", "code") if isinstance(error.get(key), str))


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
