"""What the pipeline keeps of alerts, incidents and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from issue_intelligence.core.investigate.looks import has_seen_all
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import Evidence, Investigation
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
class DispatchedEvent:
    """One inbound event, understood."""

    event_id: int
    received_at: datetime
    alerts: tuple[DispatchedAlert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One pass through the workflow: one incident at one revision."""

    incident_id: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one run has found and decided."""

    investigation: Investigation
    verdict: Verdict
    issue_key: str
    # Episodes the incident had when it was decided.
    alert_count: int

    def has_seen_all(self, incident: Incident) -> bool:
        """Tell whether they stand for all of the incident's episodes until now."""
        excuse = self.verdict.validation.excuse
        return has_seen_all(excuse, alerts_then=self.alert_count, alerts_now=incident.alert_count)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastIncident:
    """An earlier incident of the same cause."""

    id: str
    opened_at: datetime
    issue_number: int | None
    # Tracker.place of the one that gave the number.
    issue_place: str = ""
    # What its newest verdict says; None before it has one.
    is_real: bool | None = None


class IncidentStore(Protocol):
    async def record_events(
        self, events: Sequence[DispatchedEvent], now: datetime, *, rejoin_window: timedelta
    ) -> None:
        """Store the alerts of inbound events and join or open their incidents, all in one transaction.

        An incident that ended at most `rejoin_window` before an alert came in is joined again. Doing it
        twice for the same event changes nothing.
        """
        ...

    async def claim_runs(self, now: datetime, limit: int) -> list[Run]:
        """Claim incidents that deserve a look and have none under way, those due for a recheck included."""
        ...

    async def runs_under_way(self) -> list[Run]:
        """List claimed runs that have not finished, to start them again after a crash."""
        ...

    async def incident(self, incident_id: str) -> Incident: ...

    async def alerts_of(self, incident_id: str, limit: int) -> list[tuple[Alert, AlertContext]]:
        """The incident's newest alerts, the oldest of them first."""
        ...

    async def past_incidents(self, incident: Incident, issue_key: str, limit: int) -> list[PastIncident]:
        """The newest earlier incidents of the same key or the same issue key, oldest first."""
        ...

    async def unfinished_incidents_of_cause(self, issue_key: str, *, besides: Incident) -> int:
        """Count other incidents of the same issue key that fire, or that resolved after this one."""
        ...

    async def save_evidence(self, run: Run, evidence: Evidence[Any]) -> None: ...

    async def investigation(self, run: Run) -> Investigation: ...

    async def save_verdict(self, run: Run, findings: Findings, now: datetime) -> None: ...

    async def findings(self, run: Run) -> Findings | None:
        """What this run found; None before it has decided."""
        ...

    async def findings_before(self, run: Run) -> Findings | None:
        """What the newest earlier run of the same incident found."""
        ...

    async def findings_told_before(self, run: Run) -> Findings | None:
        """What the newest earlier run found that did not fail before it had told of it."""
        ...

    async def save_remediation(self, run: Run, result: RemediationResult, now: datetime) -> None: ...

    async def remediation(self, run: Run) -> RemediationResult | None: ...

    async def remediation_before(self, run: Run) -> RemediationResult | None:
        """What the newest earlier run of the same incident tried or refused."""
        ...

    async def finish_run(
        self,
        run: Run,
        now: datetime,
        *,
        quiet_until: datetime,
        recheck_at: datetime | None,
        close: bool = False,
    ) -> None:
        """Note that this revision has been looked at, when to look again, and whether it is over.

        Whatever happens to the incident, nobody looks at it before `quiet_until`.
        """
        ...
