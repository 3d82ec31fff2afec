"""Analyses a log of any length in parts, in bounded memory, and puts what they say together."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from issue_intelligence.core.investigate.error_ranking import frequency_in
from issue_intelligence.core.investigate.error_weights import rank
from issue_intelligence.core.investigate.histogram import histogram_of
from issue_intelligence.core.investigate.log_analysis import Running, analyze_log
from issue_intelligence.core.investigate.rank_against import in_order_of
from issue_intelligence.core.investigate.ranked_errors import MAX_ERRORS
from issue_intelligence.core.model.logs import (
    EndpointCount,
    Histogram,
    LogAnalysis,
    LogLevel,
    LogLine,
    LogPattern,
    Precedent,
    RankedError,
    StackTrace,
)

# A part is analysed as a whole: a log no longer than that gives what it always gave.
PART_LINES = 20_000
_PART_CHARS = 16 << 20
# The rows of a record are not torn apart, unless it has more than these.
_MAX_ROWS_BEHIND = 2_000
MAX_PATTERNS = 5_000
_MAX_TRACES = 1_000
_MAX_ENDPOINTS = 5_000
_SERIOUSNESS = {level: rank for rank, level in enumerate(LogLevel)}


def in_parts(lines: Iterable[LogLine]) -> Iterator[list[LogLine]]:
    """Cut the lines into parts, each before a line that begins a record."""
    part: list[LogLine] = []
    chars = 0
    for line in lines:
        is_full = len(part) >= PART_LINES or chars >= _PART_CHARS
        begins = line.at is not None or line.level is not LogLevel.UNKNOWN or bool(line.fields)
        if is_full and (begins or len(part) >= PART_LINES + _MAX_ROWS_BEHIND or chars >= 2 * _PART_CHARS):
            yield part
            part, chars = [], 0
        part.append(line)
        chars += len(line.message) + sum(map(len, line.fields.values()))
    if part:
        yield part


@dataclass(slots=True, kw_only=True)
class LongLog:
    """Adds up the analyses of the parts of one log, and forgets what is rare and tells little."""

    # Lines of patterns that are no longer listed.
    lines_left_out: int = 0
    _running: Running = field(default_factory=Running)
    _whole: LogAnalysis | None = None
    _patterns: dict[str, LogPattern] = field(default_factory=dict)

    def add(self, part: Sequence[LogLine]) -> None:
        analysis = analyze_log(part, running=self._running)
        for pattern in analysis.patterns:
            known = self._patterns.get(pattern.fingerprint)
            self._patterns[pattern.fingerprint] = pattern if known is None else _both_patterns(known, pattern)
        if self._whole is None:
            self._whole = analysis
            return
        self._whole = _joined(self._whole, analysis)
        if len(self._patterns) > MAX_PATTERNS:
            self._forget_rare_ones({error.shown_as for error in self._whole.errors})

    def analysis(self) -> LogAnalysis:
        """Give what the parts say together; of one part, or none, what it says by itself."""
        if self._whole is None:
            return analyze_log([])
        if self._whole.patterns:
            return self._whole
        patterns = sorted(self._patterns.values(), key=_order)
        return in_order_of(replace(self._whole, patterns=tuple(patterns)), self._whole.errors)

    def _forget_rare_ones(self, telling: Container[str]) -> None:
        """Keep what shows a ranked error, then what came again, then trouble.

        Of a pattern that is forgotten and comes again only the rest is counted.
        """
        kept = sorted(
            self._patterns.values(),
            key=lambda each: (each.fingerprint not in telling, each.count == 1, *_order(each)),
        )
        self.lines_left_out += sum(pattern.count for pattern in kept[MAX_PATTERNS:])
        self._patterns = {pattern.fingerprint: pattern for pattern in kept[:MAX_PATTERNS]}


def _order(pattern: LogPattern) -> tuple[int, int, int]:
    return _SERIOUSNESS[pattern.level], -pattern.count, pattern.first_line


def _joined(first: LogAnalysis, second: LogAnalysis) -> LogAnalysis:
    """Join two analyses, the second of lines behind those of the first; patterns are kept elsewhere."""
    first_seen, last_seen = _span(first.first_seen, first.last_seen, second.first_seen, second.last_seen)
    first_at, last_at = _span(
        first.first_occurrence, first.last_occurrence, second.first_occurrence, second.last_occurrence
    )
    error_lines = first.error_lines + second.error_lines
    joined = LogAnalysis(
        lines=first.lines + second.lines,
        error_lines=error_lines,
        # Those of the ranked errors come with their order.
        error_messages=(),
        stack_traces=_traces(first.stack_traces, second.stack_traces),
        affected_endpoints=_endpoints(first.affected_endpoints, second.affected_endpoints),
        affected_users=second.affected_users,
        error_pattern=first.error_pattern or second.error_pattern,
        first_occurrence=first_at,
        last_occurrence=last_at,
        frequency=frequency_in(error_lines, first_at, last_at),
        # Those that a cut between two parts divides are not counted together.
        errors_in_five_minutes=max(first.errors_in_five_minutes, second.errors_in_five_minutes),
        patterns=(),
        requests=second.requests,
        sample_lines=() if error_lines else first.sample_lines or second.sample_lines,
        first_seen=first_seen,
        last_seen=last_seen,
        error_histogram=_both_histograms(
            first.error_histogram, second.error_histogram, first_seen, last_seen
        ),
    )
    return in_order_of(joined, _errors(first.errors, second.errors, first_seen, last_seen))


def _span(*times: datetime | None) -> tuple[datetime | None, datetime | None]:
    known = [at for at in times if at is not None]
    return min(known, default=None), max(known, default=None)


def _both_patterns(first: LogPattern, second: LogPattern) -> LogPattern:
    first_seen, last_seen = _span(first.first_seen, first.last_seen, second.first_seen, second.last_seen)
    return replace(
        first,
        level=min(first.level, second.level, key=_SERIOUSNESS.__getitem__),
        count=first.count + second.count,
        first_seen=first_seen,
        last_seen=last_seen,
    )


def _traces(first: Iterable[StackTrace], second: Iterable[StackTrace]) -> tuple[StackTrace, ...]:
    joined = {trace.fingerprint: trace for trace in first}
    for trace in second:
        known = joined.get(trace.fingerprint)
        if known is None:
            joined[trace.fingerprint] = trace
            continue
        first_seen, last_seen = _span(known.first_seen, known.last_seen, trace.first_seen, trace.last_seen)
        joined[trace.fingerprint] = replace(
            known, count=known.count + trace.count, first_seen=first_seen, last_seen=last_seen
        )
    return tuple(sorted(joined.values(), key=lambda each: (-each.count, each.first_line))[:_MAX_TRACES])


def _endpoints(first: Iterable[EndpointCount], second: Iterable[EndpointCount]) -> tuple[EndpointCount, ...]:
    counts: Counter[str] = Counter()
    for each in (*first, *second):
        counts[each.endpoint] += each.count
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(EndpointCount(endpoint=name, count=count) for name, count in ordered[:_MAX_ENDPOINTS])


def _errors(
    first: Iterable[RankedError],
    second: Iterable[RankedError],
    from_at: datetime | None,
    until_at: datetime | None,
) -> Sequence[RankedError]:
    """Join errors of one fingerprint and rank them; of too many the last are dropped."""
    joined: dict[str, RankedError] = {error.fingerprint: error for error in first}
    for error in second:
        known = joined.get(error.fingerprint)
        joined[error.fingerprint] = error if known is None else _both_errors(known, error)
    again = [
        replace(error, histogram=_both_histograms(error.histogram, None, from_at, until_at))
        for error in joined.values()
    ]
    return rank(again)[:MAX_ERRORS]


def _both_errors(first: RankedError, second: RankedError) -> RankedError:
    first_seen, last_seen = _span(first.first_seen, first.last_seen, second.first_seen, second.last_seen)
    follows: Counter[tuple[str, bool]] = Counter()
    for each in (*first.follows, *second.follows):
        follows[each.fingerprint, each.by_id] += each.count
    return replace(
        first,
        count=first.count + second.count,
        first_seen=first_seen,
        last_seen=last_seen,
        histogram=_both_histograms(first.histogram, second.histogram, first_seen, last_seen),
        request_ids=tuple(dict.fromkeys((*first.request_ids, *second.request_ids)))[:3],
        members=tuple(dict.fromkeys((*first.members, *second.members)))[:50],
        follows=tuple(
            Precedent(fingerprint=name, count=count, by_id=by_id)
            for (name, by_id), count in islice(follows.items(), 5)
        ),
    )


def _both_histograms(
    first: Histogram | None,
    second: Histogram | None,
    from_at: datetime | None,
    until_at: datetime | None,
) -> Histogram | None:
    """Count both anew in steps of the whole span, each old step at its beginning."""
    counted = [each for each in (first, second) if each is not None]
    if not counted or from_at is None or until_at is None:
        return None
    return histogram_of((pair for each in counted for pair in each.steps()), from_at, until_at)
