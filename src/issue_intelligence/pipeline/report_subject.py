"""What a run reports about: everything loaded once, before a word is written."""

from dataclasses import dataclass

from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.joined import what_joined
from issue_intelligence.core.report.news import what_is_new, what_was_tried
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.incident_joins import IncidentJoins
from issue_intelligence.ports.incident_store import Findings, IncidentStore, Run

# The newest alerts of an incident say enough; a storm has thousands.
MAX_ALERTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSubject:
    report: IncidentReport
    findings: Findings
    # Of the look before this one that was told of; None for none.
    previous: Findings | None
    tried_before: RemediationResult | None
    # Of the incident that leads this one; "" when none does.
    leading_issue_key: str

    @property
    def news(self) -> tuple[str, ...]:
        previous = self.previous
        return (
            *what_is_new(
                (previous.investigation, previous.verdict) if previous else None,
                (self.findings.investigation, self.findings.verdict),
                previous_alert_count=previous.alert_count if previous else 0,
                alert_count=self.report.incident.alert_count,
            ),
            *what_joined(
                previous.correlation if previous else None, self.findings.correlation, self.report.members
            ),
            *what_was_tried(self.tried_before, self.report.remediation),
        )


async def report_subject(
    run: Run, incidents: IncidentStore, joins: IncidentJoins, *, public_url: str
) -> ReportSubject:
    # What a failed run could not tell is still news.
    previous = await incidents.findings_told_before(run)
    # A look at an incident that is over decides nothing anew.
    findings = await incidents.findings(run) or await incidents.findings_before(run)
    if findings is None:
        raise PermanentError(f"incident {run.incident_id} has no verdict to report")
    incident = await incidents.incident(run.incident_id)
    report = IncidentReport(
        incident=incident,
        alerts=tuple(await incidents.alerts_of(run.incident_id, MAX_ALERTS)),
        investigation=findings.investigation,
        verdict=findings.verdict,
        remediation=await incidents.remediation(run),
        public_url=public_url,
        members=tuple(await joins.members(run.incident_id)),
    )
    return ReportSubject(
        report=report,
        findings=findings,
        previous=previous,
        tried_before=await incidents.remediation_before(run),
        leading_issue_key=await joins.issue_key_of(incident.joined.into) if incident.joined else "",
    )
