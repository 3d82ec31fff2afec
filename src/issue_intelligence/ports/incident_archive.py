"""What people read about incidents."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.feedback import Feedback
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.model.verdict import Conclusion, Verdict
from issue_intelligence.ports.issue_ledger import IssueLink


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentQuery:
    limit: int = 50
    # The last page's `next_before`; "" for the first page.
    before: str = ""
    status: IncidentStatus | None = None
    service: str = ""
    # Of the newest verdict.
    conclusion: Conclusion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSummary:
    """One incident in a list."""

    incident: Incident
    # None, as is `issue`, before anything was decided.
    verdict: Verdict | None
    issue: IssueLink | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    # Newest first.
    incidents: tuple[IncidentSummary, ...] = field(default=())
    # Opaque; None at the end.
    next_before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert:
    """One episode, and what happened to it after it was stored."""

    alert: Alert
    context: AlertContext
    received_at: datetime
    # How often it was sent again while nothing changed.
    repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertUpdate:
    alert_id: str
    at: datetime
    # "repeat", "resolved", ...
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one look at the incident decided."""

    revision: int
    decided_at: datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDecision:
    """What became of the issue in one look, and why."""

    revision: int
    # "create", "comment", "reopen", "close", "nothing".
    action: str
    # One sentence; also what would have been done, where the mode forbade it.
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    channel: str
    notice: IncidentNotice
    intended_at: datetime
    # None when nobody knows whether it arrived.
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEffect:
    """Something that we did to an issue, or meant to do."""

    # "create", "comment", "reopen", "close".
    kind: str
    # "intended", "done", "failed", "waiting".
    state: str
    # None for one that does not exist yet.
    issue_number: int | None
    intended_at: datetime
    done_at: datetime | None
    # Why it failed or waits; "" otherwise.
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remediation:
    """What one look tried, or why it did not."""

    revision: int
    at: datetime
    result: RemediationResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """What could not be done, and why."""

    step: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All there is about one incident. Lists are oldest first and hold the newest of what there is."""

    incident: Incident
    # At least one.
    alerts: tuple[StoredAlert, ...]
    updates: tuple[AlertUpdate, ...]
    # Of the newest look that decided; the evidence is its, too. Empty before the first.
    decisions: tuple[Decision, ...]
    investigation: Investigation
    remediations: tuple[Remediation, ...]
    issue: IssueLink | None
    issue_decisions: tuple[IssueDecision, ...]
    issue_effects: tuple[IssueEffect, ...]
    notices: tuple[SentNotice, ...]
    untold: tuple[Untold, ...]
    # Of the incident and its alerts, also what was taken back or overtaken.
    feedback: tuple[Feedback, ...]

    @property
    def verdict(self) -> Verdict | None:
        return self.decisions[-1].verdict if self.decisions else None


class IncidentArchive(Protocol):
    async def page(self, query: IncidentQuery) -> IncidentPage:
        """Give one page. Raises ValueError when `before` is no cursor of ours."""
        ...

    async def open_incidents(self, limit: int) -> tuple[IncidentSummary, ...]:
        """Give the newest incidents that fire, newest first."""
        ...

    async def dossier(self, incident_id: str) -> Dossier | None:
        """Give all about an incident; None when there is none of this id."""
        ...
