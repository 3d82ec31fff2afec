"""How a service does just now, from its health and its newest log lines."""

from datetime import datetime

from issue_intelligence.core.decide.facts import failed_health_checks
from issue_intelligence.core.model.evidence import HealthCheck
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.remediation import ServiceLook

# From errors within less time nobody can tell their rate.
SHORTEST_BEFORE_SECONDS = 5.0
_NO_TIME_SECONDS = 0.001


def service_look(
    health: HealthCheck | None,
    logs: LogAnalysis | None,
    *,
    from_at: datetime,
    at: datetime,
    since_first_error: bool = False,
    log_note: str = "",
) -> ServiceLook:
    """Sum up what was seen of [from_at, at].

    A log without any line tells nothing: a service that is down writes none either. With
    `since_first_error` the span begins where the errors do: spread over the whole of it, those of a
    fault that has just begun would be few.
    """
    began, shortest_seconds = from_at, _NO_TIME_SECONDS
    if since_first_error and logs is not None and logs.first_occurrence is not None:
        began = max(from_at, min(at, logs.first_occurrence))
        shortest_seconds = SHORTEST_BEFORE_SECONDS
    if logs is not None and logs.lines == 0 and not log_note:
        log_note = "the log has no line of that time"
    return ServiceLook(
        at=at,
        healthy=_healthy(health),
        health_detail=_detail(health),
        errors=logs.error_lines if logs is not None and logs.lines else None,
        span_seconds=max((at - began).total_seconds(), shortest_seconds),
        error_rate=_error_rate(logs),
        log_note=log_note,
    )


def _healthy(health: HealthCheck | None) -> bool | None:
    if health is None or (health.api_responsive is None and not any(each.looked for each in health.probes)):
        return None
    return not failed_health_checks(health)


def _detail(health: HealthCheck | None) -> str:
    if health is None or not health.probes:
        return ""
    failed = failed_health_checks(health)
    return "; ".join(failed) if failed else health.probes[0].detail


def _error_rate(logs: LogAnalysis | None) -> float | None:
    requests = logs.requests if logs else None
    if requests is None or requests.total <= 0 or not requests.status_codes:
        return None
    failed = sum(count for code, count in requests.status_codes.items() if code.startswith("5"))
    return min(1.0, failed / requests.total)
