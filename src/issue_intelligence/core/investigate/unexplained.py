"""What remains of a log's errors when known issues have explained theirs."""

from collections.abc import Sequence
from dataclasses import replace

from issue_intelligence.core.investigate.known_issues import (
    KnownIssueMatcher,
    is_error,
    searched_messages,
    trace_head,
)
from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.core.model.logs import LogAnalysis


def without_explained(analysis: LogAnalysis, entries: Sequence[KnownIssue]) -> LogAnalysis:
    """Leave out the errors of which one of the entries speaks; the numbers stay those of the whole log.

    Beside a thousand expired tokens, the one lost payment is what the incident is about: its trace and
    pattern become the first.
    """
    if not entries:
        return analysis
    matcher = KnownIssueMatcher(entries)
    patterns = tuple(
        each for each in analysis.patterns if not is_error(each) or not matcher.entries_matching(each.sample)
    )
    left = replace(
        analysis,
        stack_traces=tuple(
            each for each in analysis.stack_traces if not matcher.entries_matching(trace_head(each))
        ),
        patterns=patterns,
        errors=tuple(each for each in analysis.errors if not matcher.entries_matching(each.message)),
        error_messages=tuple(text for text in analysis.error_messages if not matcher.entries_matching(text)),
    )
    if any(each.pattern == analysis.error_pattern for each in patterns):
        return left
    return replace(left, error_pattern=_first_error_pattern(analysis, left))


def _first_error_pattern(whole: LogAnalysis, left: LogAnalysis) -> str | None:
    """Pick the first pattern that is an error in its own right and not the announcement of a trace."""
    own = {text for text, _ in searched_messages(whole)}
    return next((each.pattern for each in left.patterns if is_error(each) and each.sample in own), None)
