"""Ranks the errors of a log again when it is known what was usual and when the alert began."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from issue_intelligence.core.investigate.error_weights import rank
from issue_intelligence.core.investigate.ranked_errors import MAX_ERRORS
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.logs import ErrorCount, LogAnalysis, LogBaseline, RankedError

# What people read; those behind it are kept as patterns.
MAX_KEPT = 100
_MAX_MESSAGES = 20
_MAX_SAMPLES = 5


def baseline_of(errors: Sequence[RankedError], earlier: LogAnalysis, when: str) -> LogBaseline:
    """Count how often the errors came in an earlier log.

    Where one of the two merged errors that differ in words, those count that have one of them in common.
    """
    at_names: dict[str, list[RankedError]] = {}
    for each in earlier.errors:
        for name in _names(each):
            at_names.setdefault(name, []).append(each)
    counts = []
    for error in errors:
        same = {each.fingerprint: each for name in _names(error) for each in at_names.get(name, ())}
        if same:
            count = sum(each.count for each in same.values())
            counts.append(ErrorCount(fingerprint=error.fingerprint, count=count))
    complete = not earlier.truncated and len(earlier.errors) < MAX_ERRORS
    return LogBaseline(when=when, complete=complete, counts=tuple(counts))


def _names(error: RankedError) -> tuple[str, ...]:
    return (error.fingerprint, *error.members)


def ranked(investigation: Investigation, starts_at: datetime) -> Investigation:
    """Rank the errors of the log against the baselines that the metrics brought.

    Ranking twice gives the same. Evidence without ranked errors comes back as it is.
    """
    logs = investigation.logs
    if logs is None or logs.data is None or not logs.data.errors:
        return investigation
    metrics = investigation.metrics.data if investigation.metrics else None
    analysis = rank_against(logs.data, metrics.baseline_logs if metrics else (), starts_at)
    return replace(investigation, logs=replace(logs, data=analysis))


def rank_against(
    analysis: LogAnalysis, baselines: Sequence[LogBaseline], starts_at: datetime | None
) -> LogAnalysis:
    """Put errors, stack traces, patterns, messages and samples in the order of the likely cause."""
    errors = rank(analysis.errors, baselines, starts_at)[:MAX_KEPT]
    return in_order_of(analysis, errors)


def in_order_of(analysis: LogAnalysis, errors: Sequence[RankedError]) -> LogAnalysis:
    """Put everything in the order of the errors; what belongs to none of them keeps its place behind."""
    if not errors:
        return analysis
    place: dict[str, int] = {}
    for at, error in enumerate(errors):
        place.setdefault(error.fingerprint, at)
        place.setdefault(error.shown_as, at)
    last = len(errors)
    patterns = sorted(analysis.patterns, key=lambda each: place.get(each.fingerprint, last))
    traces = sorted(analysis.stack_traces, key=lambda each: place.get(each.fingerprint, last))
    texts = [*(error.message for error in errors), *(error.announcement for error in errors)]
    messages = dict.fromkeys(filter(None, (*texts, *analysis.error_messages)))
    samples = dict.fromkeys(
        filter(None, (*(error.sample for error in errors[:_MAX_SAMPLES]), *analysis.sample_lines))
    )
    return replace(
        analysis,
        errors=tuple(errors),
        patterns=tuple(patterns),
        stack_traces=tuple(traces),
        error_messages=tuple(messages)[:_MAX_MESSAGES],
        sample_lines=tuple(samples)[:_MAX_SAMPLES],
        error_pattern=errors[0].pattern,
    )
