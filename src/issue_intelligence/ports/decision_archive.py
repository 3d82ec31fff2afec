"""Reads past decisions with all they rested on, and touches nothing."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.feedback import Feedback
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.silence import Silence
from issue_intelligence.core.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDecision:
    """The newest verdict about an incident, and what was known when it was made."""

    # This and the alerts as they stood then; the newest alerts, the oldest of them first.
    incident: Incident
    alerts: tuple[tuple[Alert, AlertContext], ...]
    investigation: Investigation
    verdict: Verdict
    decided_at: datetime
    # Of all its alerts in the span that was asked for, later ones included.
    alert_ids: tuple[str, ...] = ()
    # What people have said of the incident and its alerts until today, oldest first.
    said: tuple[Feedback, ...] = ()


class NoDecision(StrEnum):
    UNKNOWN_ALERT = "unknown_alert"
    NOT_DECIDED = "not_decided"
    # What is stored is of another release.
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    decisions: tuple[PastDecision, ...]
    # Alerts in the span whose incident has no decision, or one that cannot be read.
    undecided: int
    unreadable: int


class DecisionPack(Protocol):
    """Some decisions as they are stored; another process can take them and do the work of reading."""

    @property
    def alerts(self) -> int:
        """Alerts in the span, decided or not."""
        ...

    def unpack(self) -> Unpacked: ...


class DecisionArchive(Protocol):
    async def of_alert(self, alert_id: str) -> PastDecision | NoDecision:
        """Give the newest decision about the alert's incident."""
        ...

    async def count(self, since: datetime) -> int:
        """Count the alerts received at that time or later."""
        ...

    def packs(self, since: datetime) -> AsyncIterator[DecisionPack]:
        """Give all incidents that have an alert received at that time or later, each once."""
        ...

    async def silences(self) -> Sequence[Silence]:
        """Give all that are or were."""
        ...
