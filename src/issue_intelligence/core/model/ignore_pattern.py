"""What people called a false positive: one cause in one service and environment, for a while."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PatternState(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What an incident is about now, and how bad it is."""

    # core/decide/issue_key.py; it holds service and environment too.
    key: str
    # For people: the first of the ranked errors, else the alert's name.
    text: str
    # Of the ranked errors, the likely cause first; empty without errors.
    errors: tuple[str, ...] = ()
    # The most within five minutes; None when nobody counted.
    error_count: int | None = None
    failed_health: tuple[str, ...] = ()
    # There is a log, and it could not be read: what is in it is not known.
    logs_unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnorePattern:
    id: str
    service: str
    environment: str
    # "" for any alert of the same cause; always set when there was no error to tell the cause by.
    alert_name: str
    # Cause.key, text, first error and count at the time when it was ignored.
    cause: str
    cause_text: str
    error: str
    error_count: int | None
    # Of which somebody said so.
    incident_id: str
    created_at: datetime
    created_by: str
    comment: str
    expires_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternUse:
    """How often a pattern kept something quiet."""

    # Incidents, each counted once.
    incidents: int = 0
    last_at: datetime | None = None
