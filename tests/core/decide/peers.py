"""Incidents with traits, to be held against each other; a test names only what it is about."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from issue_intelligence.core.model.correlation import IncidentTraits, Peer
from issue_intelligence.core.model.incident import Incident, IncidentStatus, Join, JoinReason
from issue_intelligence.core.model.verdict import Conclusion, Severity
from tests.core.decide.factories import NOON

MINUTE = timedelta(minutes=1)


def peer(
    name: str = "a",
    *,
    service: str = "shop",
    environment: str = "production",
    opened_at: datetime = NOON,
    status: IncidentStatus = IncidentStatus.OPEN,
    joined_to: str = "",
    by: JoinReason = JoinReason.SAME_CAUSE,
    kept_apart: bool = False,
    repaired_at: datetime | None = None,
    **traits: Any,
) -> Peer:
    """An open incident that is real and tells; `name` is its id and its alert's name."""
    incident = Incident(
        id=name,
        key=hashlib.sha256(name.encode()).hexdigest()[:32],
        service=service,
        environment=environment,
        alert_name=name,
        status=status,
        opened_at=opened_at,
        resolved_at=None if status is IncidentStatus.OPEN else opened_at + MINUTE,
        alert_count=1,
        revision=1,
        started_revision=1,
        handled_revision=0,
        joined=Join(into=joined_to, reason=by, text="so it is.", at=NOON) if joined_to else None,
        kept_apart=kept_apart,
    )
    return Peer(incident=incident, traits=traits_with(name, **traits), repaired_at=repaired_at)


def undecided(name: str, **changes: Any) -> Peer:
    return Peer(incident=peer(name, **changes).incident, traits=None)


def traits_with(name: str, **changes: Any) -> IncidentTraits:
    base: dict[str, Any] = {
        "conclusion": Conclusion.REAL,
        "severity": Severity.HIGH,
        "tells": True,
        "issue_key": f"key of {name}",
    }
    error = changes.get("error", "")
    if error:
        base |= {"pattern": f"{error} went wrong somewhere", "message": f"{error} went wrong somewhere"}
    return IncidentTraits(**base | changes)
