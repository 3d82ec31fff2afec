"""What people say of a decision."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FeedbackKind(StrEnum):
    REAL = "real"
    FALSE_POSITIVE = "false_positive"
    # These three say what would have been right.
    WRONG_SEVERITY = "wrong_severity"
    WRONG_COMPONENT = "wrong_component"
    WRONG_TYPE = "wrong_type"
    # Of another issue or incident.
    DUPLICATE = "duplicate"
    # Somebody closed its issue without mending anything; that says nothing of whether it is real.
    NOT_PLANNED = "not_planned"


class FeedbackSource(StrEnum):
    """Where it was said."""

    API = "api"
    GITHUB = "github"
    SLACK = "slack"
    UI = "ui"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that somebody says of a decision."""

    kind: FeedbackKind
    # The right severity, component or type; the issue ("#12") or incident of which it is a duplicate; or "".
    right: str = ""
    # A person's name or login, as the source gives it.
    by: str
    note: str = ""
    source: FeedbackSource
    # It takes back what was said of this kind before; with `right`, only if that was it.
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A statement about an incident, or about one of its alerts. What was said stays; newer words win."""

    # 32 hex digits; the same for one statement that is delivered twice.
    id: str
    incident_id: str
    # None when the incident as a whole is meant.
    alert_id: str | None
    statement: Statement
    said_at: datetime
