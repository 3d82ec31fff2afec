"""What the lines of a window say: errors, patterns, stack traces, endpoints, users."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from issue_intelligence.core.investigate.endpoints import endpoint_of
from issue_intelligence.core.investigate.error_events import ErrorEvent, find_errors
from issue_intelligence.core.investigate.error_ranking import (
    ErrorGroup,
    frequency_per_minute,
    group_errors,
    in_ranked_order,
    most_in_five_minutes,
    pick_samples,
)
from issue_intelligence.core.investigate.histogram import histogram
from issue_intelligence.core.investigate.http_requests import RequestSums
from issue_intelligence.core.investigate.log_patterns import group_patterns
from issue_intelligence.core.investigate.log_reading import LogReading, read_log
from issue_intelligence.core.investigate.ranked_errors import describe_errors
from issue_intelligence.core.investigate.stack_traces.extraction import count_traces
from issue_intelligence.core.investigate.users import UserCount
from issue_intelligence.core.model.logs import EndpointCount, LogAnalysis, LogLine, StackTrace

_MAX_ERROR_MESSAGES = 20
_MAX_MESSAGE_CHARS = 1000


@dataclass(slots=True, kw_only=True)
class Running:
    """What goes on being counted where a log is analysed in parts; the last analysis tells the sums."""

    users: UserCount = field(default_factory=UserCount)
    requests: RequestSums = field(default_factory=RequestSums)


def analyze_log(
    lines: Sequence[LogLine], *, truncated: bool = False, running: Running | None = None
) -> LogAnalysis:
    """Analyse the lines; `truncated` says that the source had more than were read.

    Users and requests are those of all analyses that share `running`.
    `error_lines` counts errors as they happened: a stack trace and the line that announces it are one.
    Texts are as they stood in the log: `redact_tree` must see the result before it leaves the process.
    """
    running = Running() if running is None else running
    reading = read_log(lines, running.requests)
    errors = find_errors(reading)
    error_times = [event.at for event in errors if event.at is not None]
    times = [line.at for line in lines if line.at is not None]
    span = (min(times), max(times)) if times else None
    of_errors = _lines_of_errors(reading, errors)
    for index in of_errors:
        running.users.add(lines[index])
    by_name = group_errors(errors)
    ranked = describe_errors(reading, by_name, span)
    groups = in_ranked_order(by_name, ranked)
    return LogAnalysis(
        lines=len(lines),
        error_lines=len(errors),
        error_messages=_messages(groups),
        stack_traces=_ordered_traces(reading, groups),
        affected_endpoints=_affected_endpoints(reading, of_errors),
        affected_users=running.users.number(),
        error_pattern=ranked[0].pattern if ranked else None,
        first_occurrence=min(error_times, default=None),
        last_occurrence=max(error_times, default=None),
        frequency=frequency_per_minute(error_times),
        errors_in_five_minutes=most_in_five_minutes(errors),
        patterns=group_patterns(reading, groups),
        requests=reading.request_stats,
        sample_lines=pick_samples(groups, lines),
        first_seen=span[0] if span else None,
        last_seen=span[1] if span else None,
        truncated=truncated,
        errors=ranked,
        error_histogram=histogram(error_times, *span) if span and error_times else None,
    )


def per_line(lines: Sequence[LogLine]) -> list[tuple[int, str, str]]:
    """List number, fingerprint and group of every line.

    The fingerprint is the line's own and the same in any other batch; the group is the pattern under which
    this batch shows the line, one for all lines of a stack trace.
    """
    reading = read_log(lines)
    return [(line.number, reading.fingerprints[at], reading.groups[at]) for at, line in enumerate(lines)]


def _messages(groups: Sequence[ErrorGroup]) -> tuple[str, ...]:
    firsts = [group.events[0] for group in groups]
    texts = [*(event.message for event in firsts), *(event.announcement for event in firsts)]
    cut = (text.strip()[:_MAX_MESSAGE_CHARS] for text in texts)
    return tuple(dict.fromkeys(text for text in cut if text))[:_MAX_ERROR_MESSAGES]


def _ordered_traces(reading: LogReading, groups: Sequence[ErrorGroup]) -> tuple[StackTrace, ...]:
    rank = {group.name: at for at, group in enumerate(groups)}
    traces = count_traces(reading.traces, reading.lines, reading.times)
    return tuple(sorted(traces, key=lambda trace: (rank.get(trace.fingerprint, len(rank)), trace.first_line)))


def _lines_of_errors(reading: LogReading, errors: Sequence[ErrorEvent]) -> list[int]:
    indices: set[int] = set()
    for event in errors:
        if event.trace is None:
            indices.add(event.index)
        else:
            indices.update(event.lines)
    indices.update(index for index, request in reading.requests.items() if request.status >= 500)
    return sorted(indices)


def _affected_endpoints(reading: LogReading, of_errors: Sequence[int]) -> tuple[EndpointCount, ...]:
    """Count endpoints of errors and of requests that ended with 5xx, whatever their level.

    One failure often leaves both an error and an access line, so the larger of the two numbers counts.
    """
    said: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for index in of_errors:
        request = reading.requests.get(index)
        if request is not None and request.status >= 500:
            failed[request.endpoint] += 1
        elif request is None and (endpoint := endpoint_of(reading.lines[index])) is not None:
            said[endpoint] += 1
    merged = said | failed
    return tuple(
        EndpointCount(endpoint=name, count=count)
        for name, count in sorted(merged.items(), key=lambda item: (-item[1], item[0]))
    )
