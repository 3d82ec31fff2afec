"""What the guardrails are asked about."""

from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.incident_store import Findings, Run


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
