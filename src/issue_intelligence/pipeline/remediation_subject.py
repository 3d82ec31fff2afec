"""What the guardrails are asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.intake.service_labels import service_named
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.incident_store import Findings, IncidentStore, Run

# The newest alerts of an incident say enough; a storm has thousands.
MAX_ALERTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RemediationSubject:
    run: Run
    incident: Incident
    findings: Findings
    # None when the catalogue does not have it.
    service: Service | None
    truncated_group: bool
    newest_alert_at: datetime

    @property
    def service_name(self) -> str:
        """The catalogue's name, so that two labels of one service have one cool-down."""
        return self.service.name if self.service else self.incident.service


async def remediation_subject(
    run: Run, incidents: IncidentStore, catalogue: Sequence[Service]
) -> RemediationSubject | None:
    """Give the subject; None for a look that decided nothing anew, and for a part of another incident."""
    findings = await incidents.findings(run)
    if findings is None:
        return None
    incident = await incidents.incident(run.incident_id)
    if incident.joined is not None:
        # The incident that leads it is the one to be repaired.
        return None
    alerts = await incidents.alerts_of(run.incident_id, MAX_ALERTS)
    return RemediationSubject(
        run=run,
        incident=incident,
        findings=findings,
        service=service_named(incident.service, catalogue),
        truncated_group=any(context.truncated_group for _, context in alerts),
        newest_alert_at=max(alert.starts_at for alert, _ in alerts),
    )
