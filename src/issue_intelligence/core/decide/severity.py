"""How bad it is, by the rules of mission.md; an unknown number never makes it worse."""

from issue_intelligence.core.decide.facts import health_of, logs_of, metrics_of
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.decide.rules import critical_with_stack_trace
from issue_intelligence.core.model.alert import AlertSeverity
from issue_intelligence.core.model.evidence import ProbeKind, ServiceState
from issue_intelligence.core.model.verdict import Conclusion, Severity

_DOWN = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
# With the larger half of the requests failing, more users than these make it critical.
MANY_USERS = 10
MOST_REQUESTS = 0.5
# Above this share of failed requests, or these seconds an answer, it is at least this bad (mission.md).
BY_NUMBERS = ((0.1, 5, Severity.HIGH), (0.01, 3, Severity.MEDIUM))


def severity_of(given: RuleInput, conclusion: Conclusion) -> tuple[Severity, str]:
    """Give the severity and one sentence why.

    A `possible` problem is one severity lower. The alert's own severity raises ours in one case: critical
    with a stack trace is high where the share of failed requests is not known.
    """
    if conclusion is Conclusion.MONITORING:
        return _of_monitoring(given)
    severity, why = _by_evidence(given)
    if (
        severity is Severity.LOW
        and _error_rate(given) is None
        and critical_with_stack_trace(given) is not None
    ):
        severity, why = Severity.HIGH, "critical with a stack trace, and how many requests fail is not known"
    if conclusion is Conclusion.POSSIBLE and severity is not Severity.LOW:
        severity = _DOWN[_DOWN.index(severity) + 1]
        why = f"{why}; one severity lower, because the problem is only possible"
    return severity, f"Severity {severity}: {why}."


def _by_evidence(given: RuleInput) -> tuple[Severity, str]:
    """Give the worst that any evidence says."""
    said = (_of_failure(given), _of_flows(given), _of_numbers(given))
    return min((each for each in said if each is not None), key=lambda each: _DOWN.index(each[0]))


def _of_failure(given: RuleInput) -> tuple[Severity, str] | None:
    health = health_of(given)
    if health is not None and health.api_responsive is False:
        return Severity.CRITICAL, "the API fails its health check"
    rate, users = _error_rate(given), _affected_users(given)
    if rate is not None and rate > MOST_REQUESTS and users is not None and users > MANY_USERS:
        return Severity.CRITICAL, f"{_percent(rate)} of the requests fail and {users} users are affected"
    return None


def _of_flows(given: RuleInput) -> tuple[Severity, str] | None:
    """Judge the critical flows by the words of mission.md: "major feature broken", "degraded performance"."""
    health = health_of(given)
    flows = [each for each in (health.probes if health else ()) if each.kind is ProbeKind.CRITICAL_FLOW]
    if failed := [flow.name for flow in flows if flow.failed]:
        return Severity.HIGH, f"the critical flow {failed[0]} fails"
    if slow := [flow.name for flow in flows if flow.state is ServiceState.DEGRADED]:
        return Severity.MEDIUM, f"the critical flow {slow[0]} is degraded"
    return None


def _of_numbers(given: RuleInput) -> tuple[Severity, str]:
    rate, seconds = _error_rate(given), _response_seconds(given)
    for limit_rate, limit_seconds, severity in BY_NUMBERS:
        if rate is not None and rate > limit_rate:
            return severity, f"{_percent(rate)} of the requests fail"
        if seconds is not None and seconds > limit_seconds:
            return severity, f"answers take {seconds:.1f} s"
    if rate is None and seconds is None:
        return Severity.LOW, "neither error rate nor response time is known"
    return Severity.LOW, "error rate and response time, as far as they are known, are low"


def _of_monitoring(given: RuleInput) -> tuple[Severity, str]:
    if any(context.severity is AlertSeverity.CRITICAL for context in given.contexts):
        return Severity.MEDIUM, "Severity medium: a critical alert rule cannot see its service."
    return Severity.LOW, "Severity low: an alert rule cannot see its service."


def _error_rate(given: RuleInput) -> float | None:
    metrics = metrics_of(given)
    return metrics.error_rate if metrics else None


def _affected_users(given: RuleInput) -> int | None:
    logs = logs_of(given)
    return logs.affected_users if logs else None


def _response_seconds(given: RuleInput) -> float | None:
    """Give the slower of the mean answer and the health check's answer."""
    metrics, health = metrics_of(given), health_of(given)
    probe_ms = health.response_time_ms if health else None
    known = (
        metrics.mean_response_seconds if metrics else None,
        probe_ms / 1_000 if probe_ms is not None else None,
    )
    return max((seconds for seconds in known if seconds is not None), default=None)


def _percent(rate: float) -> str:
    return f"{rate * 100:.3g} %"
