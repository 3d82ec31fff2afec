"""What the evidence says, for the rules to ask. None and empty mean: not known, nothing found."""

from collections.abc import Sequence
from typing import TypeVar

from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.investigate.health import is_database
from issue_intelligence.core.investigate.known_issues import KnownIssueMatcher, trace_head
from issue_intelligence.core.investigate.rises import (
    error_count_rose,
    error_rate_rose,
    log_volume_rose,
    response_time_rose,
)
from issue_intelligence.core.model.evidence import (
    CollectorName,
    Evidence,
    EvidenceStatus,
    HealthCheck,
    HistoricalContext,
    Metrics,
    ServiceState,
)
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue, KnownIssueMatch
from issue_intelligence.core.model.logs import LogAnalysis, LogLevel, StackTrace
from issue_intelligence.core.model.usual import Usual, UsualMetric

T = TypeVar("T")

# The others only add what is known about a fault.
_TELLING_COLLECTORS = (CollectorName.LOGS, CollectorName.METRICS, CollectorName.HEALTH)


def _data(evidence: Evidence[T] | None) -> T | None:
    if evidence is None or evidence.status is not EvidenceStatus.COLLECTED:
        return None
    return evidence.data


def logs_of(given: RuleInput) -> LogAnalysis | None:
    return _data(given.investigation.logs)


def metrics_of(given: RuleInput) -> Metrics | None:
    return _data(given.investigation.metrics)


def health_of(given: RuleInput) -> HealthCheck | None:
    return _data(given.investigation.health)


def history_of(given: RuleInput) -> HistoricalContext | None:
    return _data(given.investigation.history)


def matches_of(given: RuleInput) -> tuple[KnownIssueMatch, ...]:
    return _data(given.investigation.known_issues) or ()


def harmless_entries(given: RuleInput) -> tuple[KnownIssue, ...]:
    """Give the matched known issues that are not problems of the service."""
    return harmless_among(matches_of(given))


def harmless_among(matches: Sequence[KnownIssueMatch]) -> tuple[KnownIssue, ...]:
    matched = (match.known_issue for match in matches)
    return tuple(entry for entry in matched if entry.disposition is Disposition.NOT_AN_ISSUE)


def is_telling_missing(given: RuleInput) -> bool:
    """Tell whether a collector failed without which the fault itself may have gone unseen."""
    return any(collector in _TELLING_COLLECTORS for collector, _ in failed_collectors(given))


def failed_collectors(given: RuleInput) -> tuple[tuple[CollectorName, str], ...]:
    """Give the collectors that were asked and failed, with their error."""
    found = given.investigation
    everything = (
        found.logs, found.metrics, found.health, found.history, found.known_issues, found.changes,
    )  # fmt: skip
    return tuple(
        (each.collector, each.error)
        for each in everything
        if each is not None and each.status is EvidenceStatus.FAILED
    )


def stack_traces(given: RuleInput) -> tuple[StackTrace, ...]:
    logs = logs_of(given)
    return logs.stack_traces if logs else ()


def unexplained_traces(given: RuleInput, entries: tuple[KnownIssue, ...]) -> tuple[StackTrace, ...]:
    """Give the stack traces of which none of the entries speaks."""
    matcher = KnownIssueMatcher(entries)
    return tuple(trace for trace in stack_traces(given) if not matcher.entries_matching(trace_head(trace)))


def telling_traces(given: RuleInput) -> tuple[StackTrace, ...]:
    """Give the stack traces that no harmless known issue explains."""
    return unexplained_traces(given, harmless_entries(given))


def was_anything_gathered(given: RuleInput) -> bool:
    """Tell whether logs, health or measured numbers say anything at all."""
    logs, health, metrics = logs_of(given), health_of(given), metrics_of(given)
    measured = metrics is not None and any(not each.endswith("alert values") for each in metrics.sources)
    return bool((logs and logs.lines) or health is not None or measured)


def keeps_warning(given: RuleInput) -> bool:
    """Tell whether the log warns of one thing as often as makes errors sustained."""
    logs = logs_of(given)
    if logs is None:
        return False
    least = max(1, given.thresholds.min_error_count)
    return any(each.count >= least for each in logs.patterns if each.level is LogLevel.WARNING)


def requests_with(given: RuleInput, status_class: str) -> int | None:
    """Count the requests of "5xx", "4xx" (without 429) or "429"; None when no request was seen."""
    metrics = metrics_of(given)
    if metrics is None or not metrics.requests_by_status:
        return None
    return metrics.requests_by_status.get(status_class, 0)


def errors_in_five_minutes(given: RuleInput) -> int | None:
    metrics, logs = metrics_of(given), logs_of(given)
    known = (
        metrics.errors_in_five_minutes if metrics else None,
        logs.errors_in_five_minutes if logs else None,
    )
    return max((count for count in known if count is not None), default=None)


def failed_health(given: RuleInput) -> tuple[str, ...]:
    """Say which health checks failed; degraded, unknown and what could not be looked at are not failed."""
    return failed_health_checks(health_of(given))


def failed_health_checks(health: HealthCheck | None) -> tuple[str, ...]:
    """Say which checks of this health failed."""
    if health is None:
        return ()
    failed = [f"{probe.label}: {probe.detail}" for probe in health.probes if probe.failed]
    if not failed and health.api_responsive is False:
        failed.append("the API does not respond")
    if health.database_connected is False and not any(
        probe.failed and is_database(probe) for probe in health.probes
    ):
        failed.append("the database is not connected")
    named = {probe.name for probe in health.probes}
    failed += [
        f"{name} is down"
        for name, state in sorted(health.external_services.items())
        if state is ServiceState.DOWN and name not in named
    ]
    return tuple(failed)


def degraded_health(given: RuleInput) -> tuple[str, ...]:
    """Say which health checks found something degraded: it works, and badly."""
    health = health_of(given)
    return tuple(
        f"{probe.label}: {probe.detail}"
        for probe in (health.probes if health else ())
        if probe.state is ServiceState.DEGRADED
    )


def database_failed(given: RuleInput) -> str | None:
    """Say how the database fails; None when it does not, or when that is not known."""
    health = health_of(given)
    if health is None or health.database_connected is not False:
        return None
    failed = (probe.detail for probe in health.probes if probe.failed and is_database(probe))
    return next(failed, "not connected")


def error_rise(given: RuleInput) -> str | None:
    """Tell of a rise in errors over the baseline; None for no rise or no baseline.

    The baseline is the log's, so the log's own count is held against it where there is one.
    """
    metrics, logs = metrics_of(given), logs_of(given)
    if metrics is None:
        return None
    count = logs.error_lines if logs else metrics.error_count
    baseline, usual = metrics.baseline_error_count, metrics.usual_of(UsualMetric.ERROR_COUNT)
    if baseline is None or not error_count_rose(count, baseline, spread=_spread(usual)):
        return None
    return f"{count} errors, where {_count(baseline)} are {_told(usual)}"


def error_rate_rise(given: RuleInput) -> str | None:
    """Tell of a larger share of failed requests than usual; None for no rise or no baseline."""
    metrics = metrics_of(given)
    if metrics is None or metrics.error_rate is None or metrics.baseline_error_rate is None:
        return None
    rate, baseline = metrics.error_rate, metrics.baseline_error_rate
    usual = metrics.usual_of(UsualMetric.ERROR_RATE)
    if not error_rate_rose(rate, baseline, requests=metrics.request_count, spread=_spread(usual)):
        return None
    return f"{rate * 100:.2g} % of the requests fail, where {baseline * 100:.2g} % is {_told(usual)}"


def measured_error_rate(given: RuleInput) -> float | None:
    """Give the share of failed requests that somebody counted; an alert's value may count other failures."""
    metrics = metrics_of(given)
    if metrics is None or "error rate: alert values" in metrics.sources:
        return None
    return metrics.error_rate


def response_time_rise(given: RuleInput) -> str | None:
    """Tell of slower answers than the baseline; None for no rise or no baseline."""
    metrics = metrics_of(given)
    if metrics is None or metrics.mean_response_seconds is None or metrics.baseline_response_seconds is None:
        return None
    usual = metrics.usual_of(UsualMetric.RESPONSE_SECONDS)
    seconds, baseline = metrics.mean_response_seconds, metrics.baseline_response_seconds
    if not response_time_rose(seconds, baseline, spread=_spread(usual)):
        return None
    return f"answers take {seconds:.2g} s, where {baseline:.2g} s are {_told(usual)}"


def log_volume_rise(given: RuleInput) -> str | None:
    """Tell of more log lines than usual; None for no rise or no baseline.

    By itself that is no fault, a verbose release does it too: it is told beside what is one.
    """
    metrics = metrics_of(given)
    usual = metrics.usual_of(UsualMetric.LOG_LINES) if metrics else None
    if metrics is None or usual is None:
        return None
    if not log_volume_rose(metrics.log_lines, usual.value, spread=usual.spread):
        return None
    return f"{metrics.log_lines:,} log lines, where {usual.value:,.0f} are {usual.sentence}"


def without_baseline(given: RuleInput) -> tuple[str, ...]:
    """Name the numbers that are known and have nothing to be held against."""
    metrics, logs = metrics_of(given), logs_of(given)
    if metrics is None:
        return ()
    compared = (
        ("the error rate", metrics.error_rate, metrics.baseline_error_rate),
        ("the response time", metrics.mean_response_seconds, metrics.baseline_response_seconds),
        ("the number of errors", (logs.error_lines if logs else 0) or None, metrics.baseline_error_count),
    )
    return tuple(name for name, number, usual in compared if number is not None and usual is None)


def _count(number: float) -> str:
    """Write a count that may be a part of an hour's: "4", "2.5", "1,200"."""
    return f"{number:.3g}" if number < 100 else f"{number:,.0f}"


def _spread(usual: Usual | None) -> float | None:
    return usual.spread if usual else None


def _told(usual: Usual | None) -> str:
    """Say how it is known what is usual; evidence of earlier releases does not tell."""
    return usual.sentence if usual else "usual"


def rises(given: RuleInput) -> tuple[str, ...]:
    """Tell of everything that is more than twice the baseline."""
    told = (error_rise(given), error_rate_rise(given), response_time_rise(given))
    return tuple(each for each in told if each is not None)


def service_impact(given: RuleInput, *, explained_by: tuple[KnownIssue, ...] = ()) -> tuple[str, ...]:
    """Say how the service itself suffers; empty when nothing shows that it does (architecture.md 7).

    Stack traces that the given known issues speak of are no impact: an expired token often
    comes with one.
    """
    impact = [f"health check failed ({what})" for what in failed_health(given)]
    if failed := requests_with(given, "5xx"):
        impact.append(f"{failed} requests answered 5xx")
    if traces := unexplained_traces(given, explained_by):
        impact.append(f"{len(traces)} distinct stack traces")
    impact += [rise for rise in (error_rate_rise(given), response_time_rise(given)) if rise]
    return tuple(impact)
