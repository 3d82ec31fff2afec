"""Groups lines that are the same but for their variables."""

from collections.abc import Mapping, Sequence

from issue_intelligence.core.investigate.error_ranking import ErrorGroup
from issue_intelligence.core.investigate.log_reading import LogReading, trace_headline
from issue_intelligence.core.investigate.masking import mask
from issue_intelligence.core.model.logs import LogLevel, LogPattern

_MAX_SAMPLE_CHARS = 2000
_SERIOUSNESS = {level: rank for rank, level in enumerate(LogLevel)}


def group_patterns(reading: LogReading, errors: Sequence[ErrorGroup]) -> tuple[LogPattern, ...]:
    """Group the lines: errors as they are ranked, then warnings, then the rest, the most frequent first.

    A stack trace is one entry under its own fingerprint, however many lines it has; blank lines are left out.
    """
    members: dict[str, list[int]] = {}
    for index, (pattern, name) in enumerate(zip(reading.patterns, reading.groups, strict=True)):
        trace = reading.trace_at.get(index)
        if trace is None:
            if pattern:
                members.setdefault(name, []).append(index)
        elif index == trace.lines[0]:
            members.setdefault(trace.fingerprint, []).append(index)
    rank: dict[str, int] = {}
    for place, group in enumerate(errors):
        # Several errors may be shown as one pattern, which then stands where the first of them does.
        rank.setdefault(reading.groups[group.events[0].index], place)
    patterns = [_pattern(reading, name, indices, is_error=name in rank) for name, indices in members.items()]
    return tuple(sorted(patterns, key=lambda pattern: _order(pattern, rank)))


def _order(pattern: LogPattern, rank: Mapping[str, int]) -> tuple[int, int, int, int]:
    place = rank.get(pattern.fingerprint, len(rank))
    return place, _SERIOUSNESS[pattern.level], -pattern.count, pattern.first_line


def _pattern(reading: LogReading, name: str, indices: Sequence[int], *, is_error: bool) -> LogPattern:
    first = indices[0]
    trace = reading.trace_at.get(first)
    first_seen = last_seen = reading.times[first]
    if len(indices) > 1:
        times = [at for index in indices if (at := reading.times[index]) is not None]
        first_seen, last_seen = min(times, default=None), max(times, default=None)
    sample = reading.lines[first].message if trace is None else trace_headline(trace)
    level = reading.lines[first].level
    if len(indices) > 1:
        level = min({reading.lines[index].level for index in indices}, key=_SERIOUSNESS.__getitem__)
    if level is LogLevel.UNKNOWN and is_error:
        level = LogLevel.ERROR
    return LogPattern(
        fingerprint=name,
        pattern=reading.shown[reading.patterns[first]] if trace is None else mask(sample),
        level=level,
        count=len(indices),
        first_seen=first_seen,
        last_seen=last_seen,
        sample=sample[:_MAX_SAMPLE_CHARS],
        first_line=reading.lines[first].number,
    )
