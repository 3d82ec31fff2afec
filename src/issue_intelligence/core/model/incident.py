"""Our record of one cause: the alerts that share it and one investigation at a time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IncidentStatus(StrEnum):
    # At least one of its alerts fires.
    OPEN = "open"
    # All of its alerts have resolved; it may still come back.
    RESOLVED = "resolved"
    # Finished: a later alert of the same cause opens a new incident.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Alerts of one service, environment and alert name.

    `revision` counts looks, one that is wanted and has not begun included;
    `handled_revision` is the last one a finished workflow has looked at.
    """

    id: str
    # Hash of service, environment and alert name; at most one incident of a key is not closed.
    key: str
    service: str
    environment: str
    alert_name: str
    status: IncidentStatus
    opened_at: datetime
    resolved_at: datetime | None
    # Episodes that belong to it; a resend of an episode does not count.
    alert_count: int
    revision: int
    started_revision: int
    handled_revision: int
    # When to look again though nothing happened; None for not at all.
    recheck_at: datetime | None = None
