"""Which known issues speak of a text. RE2 alone does the matching, so its time is linear in any text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from issue_intelligence.core.investigate.pattern_check import check_pattern
from issue_intelligence.core.investigate.pattern_search import PatternSearch
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue, KnownIssueMatch
from issue_intelligence.core.model.logs import LogAnalysis, LogLevel, LogPattern, StackTrace

__all__ = [
    "KnownIssueMatcher",
    "LineMatch",
    "RefusedPattern",
    "best_match",
    "check_pattern",
    "is_error",
    "refused_requests",
    "searched_messages",
    "share_explained",
    "trace_head",
    "trace_heads",
    "warnings_of",
]

# A method, a path and then the status, as access logs write it.
_REFUSED = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) /\S{0,500}[^\n]{0,20}?[ =]4\d\d\b")
_CHARS_READ = 1_000
_ERROR_LEVELS = (LogLevel.FATAL, LogLevel.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMatch:
    # From 1.
    line: int
    known_issue_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPattern:
    """A stored entry that cannot be searched for; the others are."""

    known_issue_id: str
    message: str


class KnownIssueMatcher:
    """Entries compiled once, to be searched in many lines."""

    def __init__(self, entries: Sequence[KnownIssue]) -> None:
        checked = [(entry, check_pattern(entry.error_pattern)) for entry in entries]
        self.refused = tuple(
            RefusedPattern(known_issue_id=entry.id, message=message)
            for entry, message in checked
            if message is not None
        )
        self._entries = [entry for entry, message in checked if message is None]
        self._search = PatternSearch([entry.error_pattern for entry in self._entries])

    def entries_matching(self, text: str) -> tuple[KnownIssue, ...]:
        """Give the entries that match anywhere in the text, in the order given to the matcher."""
        return tuple(self._entries[at] for at in self._search.matching(text))

    def match_lines(self, lines: Sequence[str]) -> tuple[LineMatch, ...]:
        """Give every pair of line and entry that match, by line."""
        # Logs repeat themselves.
        found = {line: self.entries_matching(line) for line in dict.fromkeys(lines)}
        return tuple(
            LineMatch(line=number, known_issue_id=entry.id)
            for number, line in enumerate(lines, start=1)
            for entry in found[line]
        )

    def match(
        self, messages: Sequence[tuple[str, int]], alert_texts: Sequence[str] = ()
    ) -> tuple[KnownIssueMatch, ...]:
        """Give the entries that match, those that explain most first.

        `messages` are log messages with the number of lines of each. An entry that matches only
        the alert's own texts has count 0. Equal counts: the more specific pattern, then the id.
        """
        hits = [
            KnownIssueMatch(known_issue=entry, matched_text=text, count=count)
            for text, count in (*messages, *((text, 0) for text in alert_texts))
            for entry in self.entries_matching(text)
        ]
        hits.sort(key=lambda hit: (hit.known_issue.id, -hit.count))
        merged = [_merge(list(group)) for _, group in groupby(hits, key=lambda hit: hit.known_issue.id)]
        return tuple(sorted(merged, key=_rank))


def _merge(hits: Sequence[KnownIssueMatch]) -> KnownIssueMatch:
    first = hits[0]
    return KnownIssueMatch(
        known_issue=first.known_issue, matched_text=first.matched_text, count=sum(hit.count for hit in hits)
    )


def _rank(match: KnownIssueMatch) -> tuple[int, int, str]:
    return -match.count, -_specificity(match.known_issue.error_pattern), match.known_issue.id


def _specificity(pattern: str) -> int:
    """Count the letters and digits a match must contain, on average of its alternatives."""
    literal = 0
    escaped = False
    for character in pattern:
        literal += character.isalnum() and not escaped
        escaped = character == "\\" and not escaped
    return literal // (pattern.count("|") + 1)


def is_error(pattern: LogPattern) -> bool:
    return pattern.level in _ERROR_LEVELS


def searched_messages(analysis: LogAnalysis) -> tuple[tuple[str, int], ...]:
    """Give the messages that known issues have to explain, each with its number of lines.

    These are the errors; when there are none, the warnings; without those, refused requests. A stack trace
    counts by its heads ("TypeError: x is undefined"), unless a pattern already stands for that line, and the
    line that announces a trace ("Unhandled error") belongs to it.
    """
    errors = [each for each in analysis.patterns if is_error(each)]
    told_of = {each.fingerprint: _trace_of(each, analysis) for each in errors}
    messages = [
        (_rows(each.sample, *_trace_texts(told_of[each.fingerprint], analysis)), each.count)
        for each in errors
        if not _announces_trace(each, analysis)
    ]
    shown = [trace for each in errors if (trace := told_of[each.fingerprint]) is not None]
    messages += [
        (_rows(*_trace_texts(trace, analysis)), trace.count)
        for trace in analysis.stack_traces
        if trace not in shown
    ]
    if messages:
        return tuple(messages)
    return warnings_of(analysis) or refused_requests(analysis)


def warnings_of(analysis: LogAnalysis) -> tuple[tuple[str, int], ...]:
    return tuple((each.sample, each.count) for each in analysis.patterns if each.level is LogLevel.WARNING)


def refused_requests(analysis: LogAnalysis) -> tuple[tuple[str, int], ...]:
    """Give the lines about requests that were answered 4xx; access logs have no level."""
    return tuple(
        (each.sample, each.count) for each in analysis.patterns if _REFUSED.search(each.sample[:_CHARS_READ])
    )


def trace_head(trace: StackTrace) -> str:
    """Give the line that a trace begins or ends with: its exception and message."""
    return f"{trace.exception}: {trace.message}" if trace.message else trace.exception


def _trace_of(pattern: LogPattern, analysis: LogAnalysis) -> StackTrace | None:
    """Find the trace whose exception and message this line shows; the line stands for it."""
    return next(
        (
            trace
            for trace in analysis.stack_traces
            if trace.exception in pattern.sample and trace.message in pattern.sample
        ),
        None,
    )


def _trace_texts(trace: StackTrace | None, analysis: LogAnalysis) -> tuple[str, ...]:
    """Give what announced the trace, which says what was being done, and its heads."""
    if trace is None:
        return ()
    ranked = next((each for each in analysis.errors if each.fingerprint == trace.fingerprint), None)
    announced = ranked.announcement if ranked else ""
    first_row = trace.text.partition("\n")[0].strip()[:_CHARS_READ]
    return announced, first_row, trace_heads(trace)


def _rows(*texts: str) -> str:
    """Join texts, each row once."""
    return "\n".join(dict.fromkeys(row for text in texts for row in text.split("\n") if row))


def trace_heads(trace: StackTrace) -> str:
    """Give the heads of a trace and of all its causes, a row each: the cause often says what it is."""
    causes = (f"{cause.exception}: {cause.message}" for cause in trace.causes)
    return "\n".join(dict.fromkeys((trace_head(trace), *causes)))


def _announces_trace(pattern: LogPattern, analysis: LogAnalysis) -> bool:
    return any(
        trace.first_line == pattern.first_line + 1 and trace.count >= pattern.count
        for trace in analysis.stack_traces
    )


def share_explained(entries: Iterable[KnownIssue], analysis: LogAnalysis) -> float | None:
    """Give the share of the error lines that at least one entry matches, 0 to 1.

    None when the log has nothing to explain. A share of 1.0 is exact: no error remains.
    """
    messages = searched_messages(analysis)
    total = sum(count for _, count in messages)
    if total == 0:
        return None
    matcher = KnownIssueMatcher(tuple(entries))
    return sum(count for text, count in messages if matcher.entries_matching(text)) / total


def best_match(
    matches: Sequence[KnownIssueMatch], analysis: LogAnalysis | None = None
) -> KnownIssueMatch | None:
    """Choose the match that speaks for an incident that is a problem; None when no match does.

    One that speaks of the likely cause, the first of the log's ranked errors, beats a louder one.
    `not_an_issue` entries never do: whether they make the incident harmless is decided elsewhere,
    from the share of errors they explain. A match in the log beats one in the alert's own text.
    """
    candidates = [each for each in matches if each.known_issue.disposition is not Disposition.NOT_AN_ISSUE]
    of_cause = _entries_of_cause(candidates, analysis)
    return min(candidates, key=lambda each: (each.known_issue.id not in of_cause, _rank(each)), default=None)


def _entries_of_cause(matches: Sequence[KnownIssueMatch], analysis: LogAnalysis | None) -> set[str]:
    if len(matches) < 2 or analysis is None or not analysis.errors:
        return set()
    top = analysis.errors[0]
    trace = next((each for each in analysis.stack_traces if each.fingerprint == top.fingerprint), None)
    matcher = KnownIssueMatcher([each.known_issue for each in matches])
    texts = (top.message, _rows(*_trace_texts(trace, analysis)))
    return {entry.id for text in texts if text for entry in matcher.entries_matching(text)}
