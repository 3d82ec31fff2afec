"""The first pass over the lines: what each one is, on which all figures of the analysis stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.investigate.http_requests import HttpRequest, RequestSums, read_request
from issue_intelligence.core.investigate.line_times import carry_times
from issue_intelligence.core.investigate.masking import fingerprint, mask
from issue_intelligence.core.investigate.pattern_merge import merge_patterns
from issue_intelligence.core.investigate.stack_traces.extraction import FoundTrace, find_traces
from issue_intelligence.core.model.logs import LogLine, RequestStats


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReading:
    """The lines and, by their position, what was read from them."""

    lines: Sequence[LogLine]
    # Of each line, carried over to lines without one.
    times: Sequence[datetime | None]
    # Of each line, and the same in any other batch.
    patterns: Sequence[str]
    fingerprints: Sequence[str]
    # Masked line to the pattern under which this batch shows it.
    shown: Mapping[str, str]
    # Of each line, the name under which this run shows it: its trace's, else that of its pattern.
    groups: Sequence[str]
    traces: Sequence[FoundTrace]
    # Position of a line to the trace it belongs to.
    trace_at: dict[int, FoundTrace]
    # Position of a line to the request it reports.
    requests: dict[int, HttpRequest]
    # What all requests add up to; `requests` says nothing of their durations.
    request_stats: RequestStats | None


def read_log(lines: Sequence[LogLine], sums: RequestSums | None = None) -> LogReading:
    """Read every line once; requests go on being added up in `sums` where it is given."""
    # Equal patterns are kept once, which is most of what a long log needs in memory.
    kept: dict[str, str] = {}
    patterns = [kept.setdefault(pattern, pattern) for pattern in (mask(line.message) for line in lines)]
    traces = find_traces(lines)
    trace_at = {index: trace for trace in traces for index in trace.lines}
    # The lines of traces are shown as traces, so they say nothing of how other lines vary.
    shown = merge_patterns({pattern for at, pattern in enumerate(patterns) if at not in trace_at})
    shown |= {pattern: pattern for pattern in patterns if pattern not in shown}
    names = {pattern: fingerprint(pattern) for pattern in {*patterns, *shown.values()}}
    groups = [names[shown[pattern]] for pattern in patterns]
    for index, trace in trace_at.items():
        groups[index] = trace.fingerprint
    sums = RequestSums() if sums is None else sums
    requests = _requests(lines, sums)
    return LogReading(
        lines=lines,
        times=carry_times(lines),
        patterns=patterns,
        fingerprints=[names[pattern] for pattern in patterns],
        shown=shown,
        groups=groups,
        traces=traces,
        trace_at=trace_at,
        requests=requests,
        request_stats=sums.stats(),
    )


def _requests(lines: Sequence[LogLine], sums: RequestSums) -> dict[int, HttpRequest]:
    """Find the requests by position, equal ones but for their durations as one object, and add them up."""
    kept: dict[tuple[str, int], HttpRequest] = {}
    found: dict[int, HttpRequest] = {}
    for index, line in enumerate(lines):
        request = read_request(line)
        if request is not None:
            sums.add(request)
            key = (request.endpoint, request.status)
            if key not in kept:
                kept[key] = HttpRequest(*key, None)
            found[index] = kept[key]
    return found


def trace_headline(trace: FoundTrace) -> str:
    """Answer "TypeError: text", the trace's first words."""
    parsed = trace.parsed
    return ": ".join(part for part in (parsed.exception, parsed.message) if part)
