"""The errors of a log as they happened, each once however many lines it wrote."""

from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.investigate.error_signs import full_message, has_signature, is_error
from issue_intelligence.core.investigate.log_reading import LogReading, trace_headline
from issue_intelligence.core.investigate.stack_traces.extraction import FoundTrace
from issue_intelligence.core.model.logs import LogLevel

# A trace logged at another level, such as a warning with its stack, is no error.
_LEVELS_OF_ERRONEOUS_TRACES = frozenset({LogLevel.UNKNOWN, LogLevel.ERROR, LogLevel.FATAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEvent:
    """One error: a line, or a stack trace with the line that announced it."""

    # Position of its first line in the sequence.
    index: int
    at: datetime | None
    message: str
    # The trace's fingerprint, else the line's own: equal events share it.
    group: str
    level: LogLevel
    trace: FoundTrace | None
    # It reports a failed request: a consequence, seldom the cause.
    is_request: bool
    has_signature: bool
    # What the line right above a trace said: "Exception in request"; "" without one.
    announcement: str = ""


def find_errors(reading: LogReading) -> list[ErrorEvent]:
    """Find the errors in the order of the lines."""
    events: list[ErrorEvent] = []
    for index, line in enumerate(reading.lines):
        trace = reading.trace_at.get(index)
        if trace is None:
            if is_error(line, reading.requests.get(index)):
                events.append(_line_event(reading, index))
        elif index == trace.lines[0] and line.level in _LEVELS_OF_ERRONEOUS_TRACES:
            announcement = _pop_announcement(events, index) if line.level is LogLevel.UNKNOWN else ""
            events.append(_trace_event(reading, trace, announcement))
    return events


def _pop_announcement(events: list[ErrorEvent], index: int) -> str:
    """Take back the errors right above a trace: they announce the trace, and all are one error."""
    message = ""
    while events and events[-1].trace is None and events[-1].index == index - 1:
        above = events.pop()
        message, index = above.message, above.index
        # A line with a level starts the record; what stands above it is another matter.
        if above.level is not LogLevel.UNKNOWN:
            break
    return message


def _line_event(reading: LogReading, index: int) -> ErrorEvent:
    line = reading.lines[index]
    message = full_message(line)
    return ErrorEvent(
        index=index,
        at=reading.times[index],
        message=message,
        group=reading.fingerprints[index],
        level=line.level,
        trace=None,
        is_request=index in reading.requests,
        has_signature=has_signature(message),
    )


def _trace_event(reading: LogReading, trace: FoundTrace, announcement: str) -> ErrorEvent:
    index = trace.lines[0]
    return ErrorEvent(
        index=index,
        at=reading.times[index],
        message=trace_headline(trace),
        group=trace.fingerprint,
        level=reading.lines[index].level,
        trace=trace,
        is_request=False,
        has_signature=True,
        announcement=announcement,
    )
