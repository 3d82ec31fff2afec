"""Stored decisions as text, and how they are read back as they stood when they were made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from issue_intelligence.adapters.database.codec import decode, decode_evidence
from issue_intelligence.core.model.alert import Alert, AlertContext, AlertStatus
from issue_intelligence.core.model.evidence import CollectorName, Investigation
from issue_intelligence.core.model.feedback import Feedback
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.ports.decision_archive import PastDecision, Unpacked


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert:
    alert: str
    context: str
    # When the decision was made.
    status: AlertStatus
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    # As it is now.
    incident: Incident
    # The newest when the decision was made, the oldest of them first; never empty.
    alerts: tuple[StoredAlert, ...]
    # By collector.
    evidence: Mapping[str, str]
    verdict: str
    decided_at: datetime
    alert_ids: tuple[str, ...]
    said: tuple[Feedback, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseDecisionPack:
    stored: tuple[StoredDecision, ...]
    undecided: int

    @property
    def alerts(self) -> int:
        return self.undecided + sum(len(each.alert_ids) for each in self.stored)

    def unpack(self) -> Unpacked:
        decisions: list[PastDecision] = []
        unreadable = 0
        for each in self.stored:
            past = read_decision(each)
            if past is None:
                unreadable += len(each.alert_ids)
            else:
                decisions.append(past)
        return Unpacked(decisions=tuple(decisions), undecided=self.undecided, unreadable=unreadable)


def read_decision(stored: StoredDecision) -> PastDecision | None:
    """Read it back; None when it is of another release and cannot be read."""
    try:
        alerts = tuple(_alert(each) for each in stored.alerts)
        verdict = decode(stored.verdict, Verdict)
        found: dict[str, Any] = {
            name: decode_evidence(CollectorName(name), text) for name, text in stored.evidence.items()
        }
        investigation = Investigation(**found)
    except (msgspec.MsgspecError, ValueError, TypeError):
        return None
    return PastDecision(
        incident=_as_it_was(stored.incident, alerts, stored.decided_at),
        alerts=alerts,
        investigation=investigation,
        verdict=verdict,
        decided_at=stored.decided_at,
        alert_ids=stored.alert_ids,
        said=stored.said,
    )


def _alert(stored: StoredAlert) -> tuple[Alert, AlertContext]:
    alert = decode(stored.alert, Alert)
    return (
        replace(alert, status=stored.status, ends_at=stored.ends_at),
        decode(stored.context, AlertContext),
    )


def _as_it_was(
    incident: Incident, alerts: Sequence[tuple[Alert, AlertContext]], decided_at: datetime
) -> Incident:
    if any(alert.status is AlertStatus.FIRING for alert, _ in alerts):
        return replace(incident, status=IncidentStatus.OPEN, resolved_at=None)
    resolved_at = min(incident.resolved_at or decided_at, decided_at)
    return replace(incident, status=IncidentStatus.RESOLVED, resolved_at=resolved_at)
