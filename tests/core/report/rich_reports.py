"""Reports as they happen: much known, a known issue, little known, and trouble with the monitoring."""

from dataclasses import replace
from datetime import datetime, timedelta

from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.investigate.rank_against import baseline_of, rank_against
from issue_intelligence.core.model.alert import MonitoringFault
from issue_intelligence.core.model.evidence import (
    CollectorName,
    EvidenceStatus,
    HealthCheck,
    HealthProbe,
    Investigation,
    Metrics,
    ServiceState,
)
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue, KnownIssueMatch
from issue_intelligence.core.model.logs import EndpointCount, LogLine
from issue_intelligence.core.model.remediation import Outcome, RemediationResult
from issue_intelligence.core.model.verdict import Conclusion, IssueType, Reason, RuleName, Severity, Verdict
from issue_intelligence.core.report.incident_report import IncidentReport
from tests.core.report import example

_NOTHING = example.log_analysis(
    lines=0,
    error_lines=0,
    error_messages=(),
    stack_traces=(),
    affected_endpoints=(),
    affected_users=None,
    error_pattern=None,
    first_occurrence=None,
    last_occurrence=None,
    frequency=0.0,
    errors_in_five_minutes=0,
    patterns=(),
    sample_lines=(),
)

POOL = KnownIssue(
    id="database-connection-pool-exhausted",
    title="Database connection pool exhausted",
    error_pattern="connection pool|too many clients",
    description="All connections of the pool are taken, so requests wait and then fail",
    solution=(
        "**Root cause**: connections are held too long.\n\n"
        "1. See who holds them: `select pid, state, query from pg_stat_activity`\n"
        "2. Restart the service to reset the pool:\n\n"
        "```sh\nkubectl rollout restart deployment/checkout\n```\n\n"
        "# Afterwards\nRaise the pool's limit only if the database has room. Ask @dba, see #7."
    ),
    disposition=Disposition.REMEDIATE,
    category="database",
    component="database",
    severity="critical",
    occurrences=4,
    last_seen=example.STARTED - timedelta(days=9),
)
_POOL_ERROR = "Timed out fetching a new connection from the connection pool (limit: 10)"


def _reasoned(verdict: Verdict, *reasons: Reason) -> Verdict:
    return replace(verdict, reasons=reasons, categorization=replace(verdict.categorization, reasons=()))


def _known_issue() -> IncidentReport:
    match = KnownIssueMatch(known_issue=POOL, matched_text=f"ERROR {_POOL_ERROR}", count=31)
    logs = example.log_analysis(
        error_messages=(_POOL_ERROR,),
        stack_traces=(),
        affected_endpoints=(EndpointCount(endpoint="POST /api/orders", count=31),),
        affected_users=None,
        error_lines=31,
        sample_lines=(f"ERROR {_POOL_ERROR}", "ERROR POST /api/orders 500 30012ms"),
    )
    health = HealthCheck(
        api_responsive=False,
        database_connected=False,
        response_time_ms=None,
        external_services={"redis": ServiceState.UP},
        probes=(
            HealthProbe(
                name="health", state=ServiceState.DOWN, response_time_ms=None, detail="no answer within 10 s"
            ),
        ),
    )
    text = "The health check fails and the log has 31 errors"
    return example.report(
        investigation=example.investigation(
            logs=example.evidence(CollectorName.LOGS, logs, "log files /var/log/shop/*.log"),
            health=example.evidence(CollectorName.HEALTH, health, "http probe"),
            known_issues=example.evidence(CollectorName.KNOWN_ISSUES, (match,), "knowledge base"),
            changes=None,
        ),
        verdict=_reasoned(
            example.verdict(
                severity=Severity.CRITICAL,
                issue_type=IssueType.DATABASE,
                known_issue=POOL,
                reason=text,
                confidence=95,
            ),
            Reason(
                rule=RuleName.HEALTH_FAILED,
                conclusion=Conclusion.REAL,
                text=text,
                weight=95,
                points=30,
                decisive=True,
            ),
        ),
        remediation=RemediationResult(
            attempted=True,
            success=False,
            action="restart",
            logs=("11:03:20 restart asked for", "11:03:50 health check: no answer within 10 s"),
            should_create_issue=True,
            outcome=Outcome.NO_CHANGE,
            reason="The health check still fails 30 s after the restart",
        ),
    )


def _little_known() -> IncidentReport:
    text = "The log could not be read and nothing else speaks for or against"
    return example.report(
        incident=example.incident(status=IncidentStatus.RESOLVED, resolved_at=example.NOW, environment=""),
        alerts=(
            (example.alert(annotations={}, dashboard_url=""), example.context(summary="", log_query="")),
        ),
        investigation=Investigation(
            logs=example.failed(CollectorName.LOGS, "Loki", "no answer within 30 s"),  # type: ignore[arg-type]
            metrics=example.evidence(  # type: ignore[arg-type]
                CollectorName.METRICS,
                Metrics(
                    error_count=None,
                    errors_in_five_minutes=None,
                    request_count=None,
                    error_rate=None,
                    mean_response_seconds=None,
                ),
                "alert values",
            ),
            health=example.evidence(  # type: ignore[arg-type]
                CollectorName.HEALTH, None, "http probe", status=EvidenceStatus.NOT_CONFIGURED
            ),
        ),
        verdict=_reasoned(
            example.verdict(
                severity=Severity.MEDIUM, reason=text, conclusion=Conclusion.POSSIBLE, confidence=40
            ),
            Reason(
                rule=RuleName.EVIDENCE_MISSING,
                conclusion=Conclusion.POSSIBLE,
                text=text,
                weight=40,
                points=-25,
                decisive=True,
            ),
        ),
        public_url="",
    )


def _monitoring() -> IncidentReport:
    text = "The alert says that its query failed, not that the service did"
    context = example.context(monitoring_fault=MonitoringFault.ERROR, summary="", log_query="")
    annotations = {"Error": "failed to query data: dial tcp 10.0.0.7:3100: connect: connection refused"}
    return example.report(
        alerts=((example.alert(annotations=annotations, values=None), context),),
        investigation=example.investigation(
            logs=example.evidence(CollectorName.LOGS, _NOTHING, "log files /var/log/shop/*.log"),
            history=None,
            changes=None,
        ),
        verdict=_reasoned(
            example.verdict(
                severity=Severity.LOW,
                issue_type=IssueType.MONITORING,
                reason=text,
                conclusion=Conclusion.MONITORING,
                is_real_issue=False,
            ),
            Reason(
                rule=RuleName.MONITORING_FAULT,
                conclusion=Conclusion.MONITORING,
                text=text,
                weight=95,
                decisive=True,
            ),
        ),
    )


def _quiet_cause() -> IncidentReport:
    """One new error, between many that come every hour."""
    moments = [example.STARTED + timedelta(seconds=5 * step) for step in range(-120, 1)]
    texts = [(at, f"ERROR jwt expired of session {number}") for number, at in enumerate(moments)]
    texts += [
        (at, "ERROR Error: cannot delete old session\n    at sweep (/srv/shop/src/sessions.ts:7:3)")
        for at in moments[::20]
    ]
    usual = analyze_log(_read(texts))
    began = example.STARTED - timedelta(seconds=62)
    new = [
        (began, "ERROR permission denied for table orders request_id=4d9be8c2"),
        (began + timedelta(milliseconds=12), "ERROR order is lost request_id=4d9be8c2"),
        (began + timedelta(milliseconds=20), "ERROR POST /api/orders 500 12ms request_id=4d9be8c2"),
    ]
    now = analyze_log(_read([*texts, *new]))
    baseline = baseline_of(now.errors, usual, "the hour before")
    logs = rank_against(now, (baseline,), example.STARTED)
    return example.report(
        investigation=example.investigation(
            logs=example.evidence(CollectorName.LOGS, logs, "log files /var/log/shop/*.log")
        )
    )


def _read(texts: list[tuple[datetime, str]]) -> list[LogLine]:
    return [
        read_log_line(number, text, default_at=at) for number, (at, text) in enumerate(sorted(texts), start=1)
    ]


RICH_REPORTS = {
    "type_error": example.report(),
    "known_issue": _known_issue(),
    "little_known": _little_known(),
    "monitoring": _monitoring(),
    "quiet_cause": _quiet_cause(),
}
