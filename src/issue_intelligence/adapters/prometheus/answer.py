"""Reads what Prometheus answers to an instant query."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from issue_intelligence.ports.errors import OutsideError, PermanentError, TransientError

_MAX_SAID_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    # None when there is no sample, or it is not a finite number: 0/0 requests.
    value: float | None
    # As Prometheus gives them: "PromQL warning: ...".
    warnings: tuple[str, ...] = ()


class _Data(msgspec.Struct):
    resultType: str  # noqa: N815
    result: list[Any]


class _Answer(msgspec.Struct):
    status: str
    data: _Data | None = None
    errorType: str = ""  # noqa: N815
    error: str = ""
    warnings: list[str] | None = None


def read_answer(name: str, status: int, headers: Mapping[str, str], body: bytes) -> Sample:
    """Take the one number out of an answer.

    Raises TransientError for what passes, PermanentError for what someone must change; `name` is what
    the settings call the query.
    """
    answer = _decoded(body)
    if status != 200 or answer is None or answer.data is None:
        raise _failure(name, status, headers, answer, body)
    return Sample(
        value=_number(name, answer.data),
        warnings=tuple(text[:_MAX_SAID_CHARS] for text in answer.warnings or ()),
    )


def _decoded(body: bytes) -> _Answer | None:
    try:
        return msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _number(name: str, data: _Data) -> float | None:
    """Give the one sample's value; none, NaN and infinity are unknown."""
    if data.resultType == "scalar":
        return _finite(name, data.result)
    if data.resultType != "vector":
        raise PermanentError(f"the query {name} gives a {data.resultType[:20]}, where one number is needed")
    if not data.result:
        return None
    if len(data.result) > 1:
        raise PermanentError(
            f"the query {name} gives {len(data.result)} series, where one is needed: wrap it in sum()"
        )
    series = data.result[0]
    if not isinstance(series, dict) or "value" not in series:
        raise PermanentError(f"the query {name} gives a histogram, where one number is needed")
    return _finite(name, series["value"])


def _finite(name: str, sample: Any) -> float | None:
    """Read a pair of time and value; values travel as text, since JSON has no NaN."""
    try:
        value = float(sample[1])
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise PermanentError(f"the answer to the query {name} holds no number") from error
    return value if math.isfinite(value) else None


def _failure(
    name: str, status: int, headers: Mapping[str, str], answer: _Answer | None, body: bytes
) -> OutsideError:
    said = answer.error[:_MAX_SAID_CHARS] if answer and answer.error else ""
    because = f": {said}" if said else ""
    if status in (401, 403):
        return PermanentError(f"it refuses us ({status}): check the user and password in PROMETHEUS_URL")
    if status == 429 or status >= 500:
        # 503 is a query that was ended or took too long, others are the proxy's: both may pass.
        return TransientError(f"it answered {status}{because}", retry_after_seconds=_retry_after(headers))
    if answer is None:
        kind = "a web page" if body.lstrip()[:1] == b"<" else "no JSON"
        return PermanentError(
            f"it answered {status} with {kind}, so PROMETHEUS_URL is not the base URL of a Prometheus"
        )
    if status in (400, 422):
        # 400 is a query that cannot be read, 422 one that cannot be carried out.
        return PermanentError(f"the query {name} is refused{because}")
    return PermanentError(f"it answered {status} to the query {name}{because}")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Read seconds; the form with a date is rare, and our own pace does as well."""
    text = headers.get("retry-after", "").strip()
    return min(float(text), 3_600.0) if text.isascii() and text.isdigit() and len(text) < 10 else None
