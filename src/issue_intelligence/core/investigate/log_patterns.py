"""Groups lines that are the same but for their variables."""

from collections.abc import Sequence

from issue_intelligence.core.investigate.error_events import ErrorEvent
from issue_intelligence.core.investigate.log_reading import LogReading, trace_headline
from issue_intelligence.core.investigate.masking import mask
from issue_intelligence.core.model.logs import LogLevel, LogPattern

_MAX_SAMPLE_CHARS = 2000
_SERIOUSNESS = {level: rank for rank, level in enumerate(LogLevel)}


def group_patterns(reading: LogReading, errors: Sequence[ErrorEvent]) -> tuple[LogPattern, ...]:
    """Group the lines: errors before warnings before the rest, the most frequent first.

    A stack trace is one entry under its own fingerprint, however many lines it has; blank lines are left out.
    """
    members: dict[str, list[int]] = {}
    for index in range(len(reading.lines)):
        trace = reading.trace_at.get(index)
        if trace is None:
            if reading.patterns[index]:
                members.setdefault(reading.fingerprints[index], []).append(index)
        elif index == trace.lines[0]:
            members.setdefault(trace.fingerprint, []).append(index)
    error_lines = {event.index for event in errors}
    patterns = [_pattern(reading, name, indices, error_lines) for name, indices in members.items()]
    return tuple(
        sorted(
            patterns, key=lambda pattern: (_SERIOUSNESS[pattern.level], -pattern.count, pattern.first_line)
        )
    )


def _pattern(reading: LogReading, name: str, indices: Sequence[int], error_lines: set[int]) -> LogPattern:
    first = indices[0]
    trace = reading.trace_at.get(first)
    times = [at for index in indices if (at := reading.times[index]) is not None]
    sample = reading.lines[first].message if trace is None else trace_headline(trace)
    levels = {reading.lines[index].level for index in indices}
    level = min(levels, key=_SERIOUSNESS.__getitem__)
    if level is LogLevel.UNKNOWN and not error_lines.isdisjoint(indices):
        level = LogLevel.ERROR
    return LogPattern(
        fingerprint=name,
        pattern=reading.patterns[first] if trace is None else mask(sample),
        level=level,
        count=len(indices),
        first_seen=min(times, default=None),
        last_seen=max(times, default=None),
        sample=sample[:_MAX_SAMPLE_CHARS],
        first_line=reading.lines[first].number,
    )
