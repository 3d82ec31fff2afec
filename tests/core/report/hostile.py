"""A report in which every text from outside is the same hostile one."""

from dataclasses import replace

from issue_intelligence.core.model.evidence import (
    Change,
    CollectorName,
    EvidenceStatus,
    HealthCheck,
    HealthProbe,
    Investigation,
    ServiceState,
)
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue, KnownIssueMatch
from issue_intelligence.core.model.logs import EndpointCount
from issue_intelligence.core.model.remediation import Outcome, RemediationResult
from issue_intelligence.core.model.verdict import Conclusion, Reason, RuleName, Verdict
from issue_intelligence.core.report.incident_report import IncidentReport
from tests.core.report import example


def known_issue(text: str) -> KnownIssue:
    return KnownIssue(
        id=text,
        title=text,
        error_pattern=".",
        description=text,
        solution=text,
        disposition=Disposition.ISSUE,
        category=text,
        component=text,
        severity="high",
    )


def _verdict(text: str, conclusion: Conclusion, known: KnownIssue) -> Verdict:
    verdict = example.verdict(conclusion=conclusion, reason=text, known_issue=known)
    return replace(
        verdict,
        reasons=tuple(
            Reason(
                rule=rule,
                conclusion=conclusion,
                text=text,
                weight=50,
                decisive=rule is RuleName.HEALTH_FAILED,
            )
            for rule in RuleName
        ),
        categorization=replace(verdict.categorization, component=text, assign_team=text, reasons=(text,) * 9),
    )


def hostile_report(
    text: str, *, conclusion: Conclusion = Conclusion.REAL, with_logs: bool = True
) -> IncidentReport:
    known = known_issue(text)
    trace = example.trace(exception=text, message=text, culprit=text, text=text, language=text)
    logs = example.log_analysis(
        error_messages=(text,) * 20,
        stack_traces=(trace,) * 20,
        affected_endpoints=(EndpointCount(endpoint=text, count=1),) * 50,
        sample_lines=(text,) * 5,
        errors=(replace(example.error(text), fingerprint=trace.fingerprint), *[example.error(text)] * 20),
    )
    failed = example.failed(CollectorName.METRICS, text, text)
    investigation = Investigation(
        logs=example.evidence(CollectorName.LOGS, logs, text, query=text, link=text) if with_logs else failed,  # type: ignore[arg-type]
        metrics=failed,  # type: ignore[arg-type]
        health=example.evidence(  # type: ignore[arg-type]
            CollectorName.HEALTH,
            HealthCheck(
                api_responsive=False,
                database_connected=False,
                response_time_ms=None,
                external_services={f"{number}{text}": ServiceState.DOWN for number in range(30)},
                probes=(HealthProbe(name=text, state=ServiceState.DOWN, response_time_ms=None, detail=text),)
                * 30,
            ),
            text,
        ),
        history=example.evidence(CollectorName.HISTORY, None, text, status=EvidenceStatus.FAILED, error=text),  # type: ignore[arg-type]
        known_issues=example.evidence(  # type: ignore[arg-type]
            CollectorName.KNOWN_ISSUES,
            (KnownIssueMatch(known_issue=known, matched_text=text, count=3),) * 9,
            text,
        ),
        changes=example.evidence(  # type: ignore[arg-type]
            CollectorName.CHANGES,
            (Change(service=text, kind=text, started_at=example.STARTED, finished_at=None, description=text),)
            * 9,
            text,
        ),
    )
    alert = example.alert(
        labels={text: text}, annotations={"Error": text}, dashboard_url=text, silence_url=text
    )
    context = example.context(summary=text, description=text, log_query=text)
    return example.report(
        incident=example.incident(service=text, environment=text, alert_name=text, alert_count=200),
        alerts=((alert, context),) * 200,
        investigation=investigation,
        verdict=_verdict(text, conclusion, known),
        remediation=RemediationResult(
            attempted=True,
            success=False,
            action=text,
            logs=(text,) * 50,
            should_create_issue=True,
            outcome=Outcome.WORSE,
            reason=text,
        ),
    )
