"""What a health endpoint's answer says: of the service itself and of the parts it names."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from issue_intelligence.core.model.evidence import HealthProbe, ProbeKind, ServiceState

# The words of Spring Boot, Terminus, the IETF draft "health+json", gRPC and of many home-made endpoints.
_UP_WORDS = frozenset(
    (
        "up", "ok", "pass", "passed", "passing", "healthy", "good", "available", "connected", "alive",
        "ready", "running", "serving", "operational", "success", "true",
    )
)  # fmt: skip
_DEGRADED_WORDS = frozenset(["degraded", "warn", "warning", "partial", "unstable", "slow"])
_DOWN_WORDS = frozenset(
    (
        "down", "fail", "failed", "failing", "failure", "error", "unhealthy", "bad", "unavailable",
        "disconnected", "dead", "stopped", "critical", "not_serving", "out_of_service", "false",
        "timeout",
    )
)  # fmt: skip
# Where endpoints list their parts, and where a part says how it is.
_PART_KEYS = ("checks", "components", "dependencies", "details", "info", "error", "services")
_STATE_KEYS = ("status", "state", "healthy", "ok")
_MESSAGE_KEYS = ("message", "error", "output", "reason", "detail")
# The answer is the service's text: a broken one must not flood the incident.
_MAX_PARTS = 50
_MAX_NAME_CHARACTERS = 80
_MAX_MESSAGE_CHARACTERS = 200
_ORDER = (ServiceState.UP, ServiceState.DEGRADED, ServiceState.DOWN)


def read_answer(
    service: str,
    status: int,
    body: bytes,
    *,
    kind: ProbeKind = ProbeKind.HEALTH_URL,
    elapsed_seconds: float,
    degraded_after_seconds: float,
) -> tuple[HealthProbe, ...]:
    """Judge an answer: the service's own probe first, then one for each part its body names.

    `body` is b"" when it was too large to read whole.
    """
    document = _parse(body)
    state, detail = _judge(status, document, elapsed_seconds, degraded_after_seconds)
    probe = HealthProbe(
        name=service,
        state=state,
        response_time_ms=round(elapsed_seconds * 1000, 1),
        detail=detail,
        status_code=status,
        kind=kind,
    )
    return (probe, *_read_parts(document))


def _judge(
    status: int, document: Mapping[str, Any], elapsed_seconds: float, degraded_after_seconds: float
) -> tuple[ServiceState, str]:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return ServiceState.DEGRADED, "answered 429: it is asked too much"
    if not 200 <= status < 300:
        return ServiceState.DOWN, f"answered {status}{phrase(status)}"
    own_state = _state_of(document)
    if own_state in (ServiceState.DOWN, ServiceState.DEGRADED):
        return own_state, f"answered {status} and calls itself {own_state}"
    if elapsed_seconds > degraded_after_seconds:
        return ServiceState.DEGRADED, f"answered {status}, but only after {elapsed_seconds:.1f} s"
    return ServiceState.UP, f"answered {status}"


def phrase(status: int) -> str:
    """Give the status in words, in brackets; "" when it has none."""
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""


def _parse(body: bytes) -> Mapping[str, Any]:
    """Read the body as a JSON object; anything else says nothing."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _read_parts(document: Mapping[str, Any]) -> list[HealthProbe]:
    parts: dict[str, HealthProbe] = {}
    for given_name, entry in _entries(document):
        state = _state_of(entry)
        name = given_name.strip()[:_MAX_NAME_CHARACTERS]
        if state is None or not name or len(parts) >= _MAX_PARTS:
            continue
        message = _message_of(entry) if state is not ServiceState.UP else ""
        parts.setdefault(
            name,
            HealthProbe(
                name=name,
                state=state,
                response_time_ms=None,
                detail=f"the service calls it {state}" + (f": {message}" if message else ""),
            ),
        )
    return list(parts.values())


def _entries(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key in _PART_KEYS:
        listed = document.get(key)
        if isinstance(listed, dict):
            yield from listed.items()
        elif isinstance(listed, list):
            for entry in listed:
                if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                    yield entry["name"], entry


def _state_of(entry: Any) -> ServiceState | None:
    """Read a state; None when the entry gives none that we know, such as Spring's UNKNOWN."""
    if isinstance(entry, bool):
        return ServiceState.UP if entry else ServiceState.DOWN
    if isinstance(entry, str):
        return _state_of_word(entry)
    if isinstance(entry, dict):
        given = (entry[key] for key in _STATE_KEYS if isinstance(entry.get(key), str | bool))
        return next((state for value in given if (state := _state_of(value)) is not None), None)
    if isinstance(entry, list):
        # health+json lists the instances of a part; the worst one speaks for it.
        states = [
            state for item in entry if isinstance(item, dict) and (state := _state_of(item)) is not None
        ]
        return max(states, key=_ORDER.index, default=None)
    return None


def _state_of_word(word: str) -> ServiceState | None:
    word = word.strip().lower().replace(" ", "_").replace("-", "_")
    for state, words in (
        (ServiceState.UP, _UP_WORDS),
        (ServiceState.DEGRADED, _DEGRADED_WORDS),
        (ServiceState.DOWN, _DOWN_WORDS),
    ):
        if word in words:
            return state
    return None


def _message_of(entry: Any) -> str:
    if not isinstance(entry, dict):
        return ""
    nested = entry.get("details")
    for holder in (entry, nested if isinstance(nested, dict) else {}):
        for key in _MESSAGE_KEYS:
            if isinstance(holder.get(key), str) and holder[key].strip():
                return " ".join(holder[key].split())[:_MAX_MESSAGE_CHARACTERS]
    return ""
