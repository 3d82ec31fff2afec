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


class JoinReason(StrEnum):
    """Why an incident is part of another one."""

    # The known issue, the stack trace or the pattern that names the cause is the same.
    SAME_CAUSE = "same_cause"
    # A request failed in both.
    SHARED_REQUEST = "shared_request"
    # One needs the other, or both need something that is down.
    DEPENDENCY = "dependency"
    # Both began after one deployment.
    SHARED_DEPLOYMENT = "shared_deployment"
    # The likely causes differ in a word or two.
    SIMILAR_ERROR = "similar_error"
    # Two rules of one service at one time, and only one of them has an error to show.
    SAME_SERVICE = "same_service"
    # A person said so.
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """That an incident is part of another one, which leads: it alone makes an issue and messages."""

    # The leading incident's id. It is part of none itself.
    into: str
    reason: JoinReason
    # One sentence for people.
    text: str
    at: datetime
    # A person's name; "" when we found it.
    by: str = ""


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
    # None for an incident that stands for itself, or leads others.
    joined: Join | None = None
    # A person split it off, so we join it to nothing again.
    kept_apart: bool = False
