"""The errors of a log as they happened, each once however many lines it wrote."""

from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.investigate.error_signs import full_message, has_signature, is_error
from issue_intelligence.core.investigate.log_reading import LogReading, trace_headline
from issue_intelligence.core.investigate.masking import fingerprint, mask
from issue_intelligence.core.investigate.stack_traces.extraction import FoundTrace
from issue_intelligence.core.model.logs import LogLevel

# A trace logged at another level, such as a warning with its stack, is no error.
_LEVELS_OF_ERRONEOUS_TRACES = frozenset({LogLevel.UNKNOWN, LogLevel.ERROR, LogLevel.FATAL})


# Nobody changes one. Not frozen, since a log may hold nothing else, and frozen ones take thrice as long.
@dataclass(slots=True, kw_only=True)
class ErrorEvent:
    """One error: a line, or a stack trace with the line that announced it."""

    # Position of its first line in the sequence.
    index: int
    at: datetime | None
    message: str
    # Equal events share it: the trace's fingerprint, else that of the pattern under which the line is shown,
    # else, where an error object says more than the line, that of both.
    group: str
    level: LogLevel
    trace: FoundTrace | None
    # It reports a failed request: a consequence, seldom the cause.
    is_request: bool
    has_signature: bool
    # What the line right above a trace said: "Exception in request"; "" without one.
    announcement: str = ""
    # The line's own fingerprint, which is the same in any other batch; "" for a trace.
    own_group: str = ""

    @property
    def lines(self) -> tuple[int, ...]:
        """Positions of all its lines; the announcement often names what the trace does not: the user."""
        own = (self.index,) if self.trace is None else tuple(self.trace.lines)
        return (self.index - 1, *own) if self.announcement else own


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
        group=_group(reading, index, message),
        own_group=reading.fingerprints[index],
        level=line.level,
        trace=None,
        is_request=index in reading.requests,
        has_signature=has_signature(message),
    )


def _group(reading: LogReading, index: int, message: str) -> str:
    # "request failed" is many errors, told apart by what their error objects say.
    says_more = bool(reading.lines[index].fields) and message != reading.lines[index].message.strip()
    return fingerprint(mask(message)) if says_more else reading.groups[index]


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
