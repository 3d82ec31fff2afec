"""The first pass over the lines: what each one is, on which all figures of the analysis stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.investigate.error_signs import full_message, has_signature, is_error
from issue_intelligence.core.investigate.http_requests import HttpRequest, read_request
from issue_intelligence.core.investigate.masking import fingerprint, mask
from issue_intelligence.core.investigate.stack_traces.extraction import FoundTrace, find_traces, time_of
from issue_intelligence.core.model.logs import LogLevel, LogLine

_SIGN_OF_ERROR = frozenset({LogLevel.UNKNOWN, LogLevel.ERROR, LogLevel.FATAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEvent:
    """One error as it happened: a line, or a stack trace with the line that announced it."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReading:
    lines: Sequence[LogLine]
    traces: Sequence[FoundTrace]
    # Position of a line to the trace it belongs to.
    trace_at: dict[int, FoundTrace]
    patterns: Sequence[str]
    fingerprints: Sequence[str]
    # Position of a line to the request it reports.
    requests: dict[int, HttpRequest]
    errors: Sequence[ErrorEvent]

    def group(self, index: int) -> str:
        """Answer the pattern under which this run shows the line: its trace's, else its own."""
        trace = self.trace_at.get(index)
        return self.fingerprints[index] if trace is None else trace.fingerprint


def read_log(lines: Sequence[LogLine]) -> LogReading:
    """Read every line once."""
    traces = find_traces(lines)
    trace_at = {index: trace for trace in traces for index in trace.lines}
    patterns = [mask(line.message) for line in lines]
    names = {pattern: fingerprint(pattern) for pattern in set(patterns)}
    fingerprints = [names[pattern] for pattern in patterns]
    requests = {
        index: request for index, line in enumerate(lines) if (request := read_request(line)) is not None
    }
    errors = _find_errors(lines, trace_at, fingerprints, requests)
    return LogReading(
        lines=lines,
        traces=traces,
        trace_at=trace_at,
        patterns=patterns,
        fingerprints=fingerprints,
        requests=requests,
        errors=errors,
    )


def trace_headline(trace: FoundTrace) -> str:
    """Answer "TypeError: text", the trace's first words."""
    parsed = trace.parsed
    return ": ".join(part for part in (parsed.exception, parsed.message) if part)


def _find_errors(
    lines: Sequence[LogLine],
    trace_at: dict[int, FoundTrace],
    fingerprints: Sequence[str],
    requests: dict[int, HttpRequest],
) -> list[ErrorEvent]:
    events: list[ErrorEvent] = []
    for index, line in enumerate(lines):
        trace = trace_at.get(index)
        if trace is None:
            request = requests.get(index)
            if is_error(line, request):
                events.append(_line_event(lines, index, fingerprints[index], request))
        elif index == trace.lines[0] and line.level in _SIGN_OF_ERROR:
            event = _trace_event(lines, trace)
            # The line "Exception in request" right above a trace announces it: one error, not two.
            if (
                events
                and events[-1].index == index - 1
                and events[-1].trace is None
                and line.level is LogLevel.UNKNOWN
            ):
                events.pop()
            events.append(event)
    return events


def _line_event(lines: Sequence[LogLine], index: int, group: str, request: HttpRequest | None) -> ErrorEvent:
    message = full_message(lines[index])
    return ErrorEvent(
        index=index,
        at=time_of(lines, index),
        message=message,
        group=group,
        level=lines[index].level,
        trace=None,
        is_request=request is not None,
        has_signature=has_signature(message),
    )


def _trace_event(lines: Sequence[LogLine], trace: FoundTrace) -> ErrorEvent:
    index = trace.lines[0]
    return ErrorEvent(
        index=index,
        at=time_of(lines, index),
        message=trace_headline(trace),
        group=trace.fingerprint,
        level=lines[index].level,
        trace=trace,
        is_request=False,
        has_signature=True,
    )
