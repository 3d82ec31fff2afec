"""Brings equal errors of a log together, measures how they come, and picks the lines to show."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from issue_intelligence.core.investigate.endpoints import endpoint_of
from issue_intelligence.core.investigate.error_events import ErrorEvent
from issue_intelligence.core.investigate.http_requests import read_request
from issue_intelligence.core.investigate.masking import mask
from issue_intelligence.core.model.logs import LogLevel, LogLine, RankedError

_FIVE_MINUTES = timedelta(minutes=5)
_MAX_SAMPLES = 5
_MAX_SAMPLE_CHARS = 1000


class ErrorGroup(NamedTuple):
    """Equal errors, in the order of the lines."""

    name: str
    events: tuple[ErrorEvent, ...]


def group_errors(events: Iterable[ErrorEvent]) -> dict[str, ErrorGroup]:
    """Bring equal errors together, by their names, those first that by themselves tell most."""
    groups: dict[str, list[ErrorEvent]] = {}
    for event in events:
        groups.setdefault(event.group, []).append(event)
    made = (ErrorGroup(name, tuple(group)) for name, group in groups.items())
    return {group.name: group for group in sorted(made, key=_most_telling)}


def _most_telling(group: ErrorGroup) -> tuple[bool, bool, bool, bool, int, int]:
    """Give the key to sort groups by what they tell by themselves, the most telling first."""
    first = group.events[0]
    return (
        first.trace is None,
        not first.has_signature,
        first.level is not LogLevel.FATAL,
        first.is_request,
        -len(group.events),
        first.index,
    )


def in_ranked_order(groups: Mapping[str, ErrorGroup], ranked: Iterable[RankedError]) -> list[ErrorGroup]:
    """List the groups as they are ranked; those that are not, behind and in the order they had."""
    first = [groups[error.fingerprint] for error in ranked]
    names = {group.name for group in first}
    return [*first, *(each for each in groups.values() if each.name not in names)]


def frequency_per_minute(times: Sequence[datetime]) -> float:
    """Errors a minute between the first and the last, at least over one minute; 0 without times."""
    return frequency_in(len(times), min(times, default=None), max(times, default=None))


def frequency_in(number: int, first_at: datetime | None, last_at: datetime | None) -> float:
    """Give as much of errors of which only the first and the last time are known; 0 without them."""
    if first_at is None or last_at is None:
        return 0.0
    return number / max(1.0, (last_at - first_at).total_seconds() / 60)


def most_in_five_minutes(events: Sequence[ErrorEvent]) -> int:
    """Count the most errors within any five minutes; all where no error has a time: rather one too many."""
    times = sorted(event.at for event in events if event.at is not None)
    if not times:
        return len(events)
    most = start = 0
    for end, at in enumerate(times):
        while at - times[start] > _FIVE_MINUTES:
            start += 1
        most = max(most, end - start + 1)
    return most


def pick_samples(groups: Sequence[ErrorGroup], lines: Sequence[LogLine]) -> tuple[str, ...]:
    """Pick the lines to show first: one of each of the first five groups, the likely cause first.

    With fewer than three groups also the latest of the first and the line before it; without errors,
    the three commonest warnings.
    """
    texts = [sample_of(group.events[0], lines) for group in groups[:_MAX_SAMPLES]]
    if groups and len(groups) < 3:
        top = groups[0].events
        texts.append(sample_of(top[-1], lines))
        at = top[0].index - (2 if top[0].announcement else 1)
        if at >= 0:
            before = lines[at]
            texts.append(_sample(before, before.message, before.at))
    if not groups:
        texts = [_sample(line, line.message, line.at) for line in _commonest_warnings(lines)]
    return tuple(dict.fromkeys(text for text in texts if text))[:_MAX_SAMPLES]


def _commonest_warnings(lines: Sequence[LogLine]) -> list[LogLine]:
    first: dict[str, LogLine] = {}
    counts: Counter[str] = Counter()
    for line in lines:
        if line.level is LogLevel.WARNING:
            pattern = mask(line.message)
            first.setdefault(pattern, line)
            counts[pattern] += 1
    # Of equal counts, the one that came first.
    return [first[pattern] for pattern, _ in counts.most_common(3)]


def sample_of(event: ErrorEvent, lines: Sequence[LogLine]) -> str:
    """Join what the line says with what its error object or stack trace says."""
    line = lines[event.index]
    # The line above a stack trace says what was being done, the trace only how it failed.
    own = line.message if event.trace is None or line.fields else ""
    said, detail = _first_row(event.announcement or own), _first_row(event.message)
    known = not said or detail.startswith(said)
    message = detail if known else said if said.endswith(detail) else f"{said}: {detail}"
    level = lines[event.index - 1].level if event.announcement else event.level
    return _sample(line, message, event.at, level=level)


def _sample(line: LogLine, message: str, at: datetime | None, *, level: LogLevel | None = None) -> str:
    time = "" if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    level = line.level if level is None else level
    name = "" if level is LogLevel.UNKNOWN else level.value.upper()
    message = _first_row(message)[:_MAX_SAMPLE_CHARS]
    return (
        " ".join(part for part in (time, name, message, _request(line, message)) if part) if message else ""
    )


def _request(line: LogLine, message: str) -> str:
    """Name the request of a structured line, whose message is often no more than "request failed"."""
    request = read_request(line) if line.fields else None
    endpoint = request.endpoint if request else endpoint_of(line) if line.fields else None
    if not endpoint or endpoint in message:
        return ""
    return f"[{endpoint} {request.status}]" if request else f"[{endpoint}]"


def _first_row(text: str) -> str:
    return text.strip().split("\n", 1)[0]
