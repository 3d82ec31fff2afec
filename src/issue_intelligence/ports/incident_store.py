"""What the pipeline keeps of alerts, incidents and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import CollectorName, Evidence, Investigation
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchedAlert:
    """An alert of a notification, redacted and placed in its incident's key."""

    alert: Alert
    context: AlertContext
    incident_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastIncident:
    """An earlier incident of the same cause."""

    id: str
    opened_at: datetime
    issue_number: int | None


class IncidentStore(Protocol):
    async def record_notification(
        self, event_id: int, alerts: Sequence[DispatchedAlert], now: datetime, *, rejoin_after: datetime
    ) -> None:
        """Store the alerts of one inbound event and join or open their incidents, all in one transaction.

        An incident that resolved at or after `rejoin_after` is joined again. Doing it twice for
        the same event changes nothing.
        """
        ...

    async def runs_to_start(self, limit: int) -> list[tuple[str, int]]:
        """Claim incidents that deserve a look and have none under way: (incident id, revision)."""
        ...

    async def runs_under_way(self) -> list[tuple[str, int]]:
        """List claimed runs that have not finished, to start them again after a crash."""
        ...

    async def due_for_recheck(self, now: datetime) -> int:
        """Raise the revision of incidents whose `recheck_at` has come; give how many."""
        ...

    async def incident(self, incident_id: str) -> Incident: ...

    async def alerts_of(self, incident_id: str) -> list[tuple[Alert, AlertContext]]:
        """The incident's alerts, oldest episode first."""
        ...

    async def past_incidents(self, incident: Incident, issue_key: str | None) -> list[PastIncident]:
        """Earlier incidents of the same key, or of the same issue key, oldest first."""
        ...

    async def save_evidence(self, incident_id: str, revision: int, evidence: Evidence[object]) -> None: ...

    async def investigation(self, incident_id: str, revision: int) -> Investigation: ...

    async def has_evidence(self, incident_id: str, revision: int, collector: CollectorName) -> bool: ...

    async def save_verdict(
        self, incident_id: str, revision: int, verdict: Verdict, issue_key: str, now: datetime
    ) -> None: ...

    async def verdict(self, incident_id: str, revision: int) -> tuple[Verdict, str]:
        """The verdict of this revision and its issue key."""
        ...

    async def save_remediation(
        self, incident_id: str, revision: int, result: RemediationResult, now: datetime
    ) -> None: ...

    async def remediation(self, incident_id: str, revision: int) -> RemediationResult: ...

    async def finish_run(self, incident_id: str, revision: int, *, recheck_at: datetime | None) -> None:
        """Note that this revision has been looked at, and when to look again."""
        ...
