"""What people are told about an incident."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from issue_intelligence.core.model.verdict import Conclusion, Severity


class NoticeStatus(StrEnum):
    """Where an incident stands, for whoever reads of it."""

    # Decided, and not yet reported.
    INVESTIGATING = "investigating"
    REMEDIATING = "remediating"
    # An issue stands for it.
    ISSUE = "issue"
    NO_ISSUE = "no_issue"
    # Our own remediation helped.
    REPAIRED = "repaired"
    RESOLVED = "resolved"
    # Another incident tells of it.
    JOINED = "joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLinks:
    """Complete http or https addresses; "" for none."""

    issue: str = ""
    logs: str = ""
    dashboard: str = ""
    # Everything we found, on our own pages.
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNotice:
    """What people should know of an incident now; redacted."""

    incident_id: str
    service: str
    alert_name: str
    conclusion: Conclusion
    confidence: int
    severity: Severity
    headline: str
    # What was done: "issue created", "no issue: …".
    result: str
    # Lines for a terminal: why, how much, and what helps.
    details: tuple[str, ...] = ()
    # Where the issue is, be it a file.
    issue_url: str = ""

    status: NoticeStatus = NoticeStatus.INVESTIGATING
    environment: str = ""
    component: str = ""
    # None means unknown, which is never the same as zero.
    affected_users: int | None = None
    # Failed of all requests, 0 to 1; None for unknown.
    error_rate: float | None = None
    started_at: datetime | None = None
    resolved_at: datetime | None = None
    # None while there is no issue.
    issue_number: int | None = None
    # Why we think so, the deciding reason first; then what helps.
    reasons: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    # A few lines of the log, or of the stack trace; "" for none.
    excerpt: str = ""
    # The action under way or tried: "restart"; "" for none. Then what came of it.
    remediation: str = ""
    remediation_result: str = ""
    # None while nothing was tried, or it is under way.
    remediation_helped: bool | None = None
    # What this look found that earlier ones did not.
    news: tuple[str, ...] = ()
    # True when this look did something to the issue.
    acted: bool = False
    links: NoticeLinks = NoticeLinks()
