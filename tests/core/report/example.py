"""One rich incident, and a way to vary it: the shop's checkout fails with a TypeError."""

from dataclasses import replace
from datetime import timedelta

from issue_intelligence.core.model.alert import (
    Alert,
    AlertContext,
    AlertMetrics,
    AlertSeverity,
    AlertSource,
    AlertStatus,
)
from issue_intelligence.core.model.evidence import (
    Change,
    CollectorName,
    Evidence,
    EvidenceStatus,
    HealthCheck,
    HealthProbe,
    HistoricalContext,
    Investigation,
    Metrics,
    ServiceState,
)
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.verdict import (
    Conclusion,
    IssueCategorization,
    IssueType,
    Reason,
    RuleName,
    Severity,
    ValidationResult,
    Verdict,
)
from issue_intelligence.core.report.incident_report import IncidentReport
from tests.core.report.example_logs import STARTED, error, log_analysis, pattern, trace

__all__ = [
    "NOW",
    "STARTED",
    "alert",
    "change",
    "context",
    "error",
    "evidence",
    "failed",
    "incident",
    "investigation",
    "log_analysis",
    "pattern",
    "report",
    "trace",
    "validation",
    "verdict",
]

NOW = STARTED + timedelta(minutes=1)


def evidence(collector: CollectorName, data: object, source: str, **changes: object) -> Evidence[object]:
    base: Evidence[object] = Evidence(
        collector=collector, status=EvidenceStatus.COLLECTED, source=source, collected_at=NOW, data=data
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def failed(collector: CollectorName, source: str, error: str) -> Evidence[object]:
    return evidence(collector, None, source, status=EvidenceStatus.FAILED, error=error)


def change(*, minutes: float = -4) -> Change:
    """A deployment that took two minutes and finished so long after the alert."""
    finished = STARTED + timedelta(minutes=minutes)
    return Change(
        service="checkout",
        kind="deployment",
        started_at=finished - timedelta(minutes=2),
        finished_at=finished,
        description="release 1.42.0",
    )


def _logs_of_loki(**window: object) -> Evidence[object]:
    return evidence(
        CollectorName.LOGS,
        log_analysis(),
        "Loki at loki.example.com",
        query='{service_name="checkout"}',
        link="https://grafana.example.com/explore?schemaVersion=1&panes=%7B%7D",
        **window,
    )


def investigation(**changes: object) -> Investigation:
    window = {"window_from": STARTED - timedelta(minutes=15), "window_until": NOW}
    base = Investigation(
        logs=_logs_of_loki(**window),  # type: ignore[arg-type]
        metrics=evidence(  # type: ignore[arg-type]
            CollectorName.METRICS,
            Metrics(
                error_count=21,
                errors_in_five_minutes=21,
                request_count=498,
                error_rate=21 / 498,
                mean_response_seconds=0.212,
                baseline_error_count=1,
                baseline_response_seconds=0.180,
            ),
            "logs",
        ),
        health=evidence(  # type: ignore[arg-type]
            CollectorName.HEALTH,
            HealthCheck(
                api_responsive=True,
                database_connected=None,
                response_time_ms=38.4,
                probes=(
                    HealthProbe(
                        name="health",
                        state=ServiceState.UP,
                        response_time_ms=38.4,
                        detail="answered 200",
                        status_code=200,
                    ),
                ),
            ),
            "http probe",
        ),
        history=evidence(  # type: ignore[arg-type]
            CollectorName.HISTORY,
            HistoricalContext(
                is_recurring=True,
                last_occurrence=STARTED - timedelta(days=2),
                open_github_issue=None,
                total_occurrences=3,
                mean_time_between_occurrences_seconds=3.5 * 86400,
                related_issues=(12, 15),
            ),
            "our records",
        ),
        known_issues=evidence(CollectorName.KNOWN_ISSUES, (), "knowledge base"),  # type: ignore[arg-type]
        changes=evidence(  # type: ignore[arg-type]
            CollectorName.CHANGES,
            (change(),),
            "deployments told to us",
        ),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def validation(**changes: object) -> ValidationResult:
    base = ValidationResult(
        is_real_issue=True,
        confidence=90,
        reason="21 errors within five minutes, at least 3 are needed",
        conclusion=Conclusion.REAL,
        should_create_issue=True,
        should_update_existing=None,
        known_issue=None,
        should_attempt_remediation=False,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def verdict(
    *, severity: Severity = Severity.HIGH, issue_type: IssueType = IssueType.BUG, **changes: object
) -> Verdict:
    return Verdict(
        validation=validation(**changes),
        categorization=IssueCategorization(
            severity=severity,
            type=issue_type,
            component="checkout",
            labels=("bug", "severity:high", "automated-alert"),
            assign_team="@backend-team",
            reasons=("Severity is high because users cannot order.",),
        ),
        reasons=(
            Reason(
                rule=RuleName.ABOVE_BASELINE,
                conclusion=Conclusion.REAL,
                text="21 errors where 1 is usual",
                weight=75,
                points=2,
            ),
            Reason(
                rule=RuleName.SUSTAINED_ERRORS,
                conclusion=Conclusion.REAL,
                text="21 errors within five minutes, at least 3 are needed",
                weight=90,
                points=23,
                decisive=True,
            ),
        ),
    )


def alert(**changes: object) -> Alert:
    base = Alert(
        id="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        source=AlertSource.GRAFANA,
        org_id="1",
        fingerprint="c6eadffa33fcdf37",
        status=AlertStatus.FIRING,
        labels={"alertname": "HighErrorRate", "service": "checkout", "severity": "critical"},
        annotations={"summary": "More than 4 % of requests to checkout fail"},
        starts_at=STARTED,
        generator_url="https://grafana.example.com/alerting/grafana/r1/view?orgId=1",
        dashboard_url="https://grafana.example.com/d/shop",
        values={"A": 0.042},
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def context(**changes: object) -> AlertContext:
    base = AlertContext(
        timestamp=STARTED,
        alert_name="HighErrorRate",
        severity=AlertSeverity.CRITICAL,
        affected_service="checkout",
        environment="production",
        log_query='{service="checkout"} |= "error"',
        metrics=AlertMetrics(error_count=21, time_window="5m"),
        summary="More than 4 % of requests to checkout fail",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def incident(**changes: object) -> Incident:
    base = Incident(
        id="3b241101-e2bb-4255-8caf-4136c566a962",
        key="f00d",
        service="checkout",
        environment="production",
        alert_name="HighErrorRate",
        status=IncidentStatus.OPEN,
        opened_at=STARTED + timedelta(seconds=10),
        resolved_at=None,
        alert_count=1,
        revision=1,
        started_revision=1,
        handled_revision=0,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def report(**changes: object) -> IncidentReport:
    base = IncidentReport(
        incident=incident(),
        alerts=((alert(), context()),),
        investigation=investigation(),
        verdict=verdict(),
        remediation=None,
        public_url="http://127.0.0.1:3003",
    )
    return replace(base, **changes)  # type: ignore[arg-type]
