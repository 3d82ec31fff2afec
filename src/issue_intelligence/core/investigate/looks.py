"""When to gather evidence, and of which span."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from issue_intelligence.core.model.incident import Incident, IncidentStatus

# architecture.md 2: the log window is start - 15 min to min(now, start + 15 min).
BEFORE = timedelta(minutes=15)
AFTER = timedelta(minutes=15)
# An alert from the future, or one of years ago, still gets a window of some length.
SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWindow:
    from_at: datetime
    until_at: datetime


def log_window(starts_at: datetime, now: datetime) -> LogWindow:
    """Give the span of log that speaks about an alert that began at `starts_at`."""
    start = min(starts_at, now)
    until_at = min(now, start + AFTER)
    return LogWindow(from_at=start - BEFORE, until_at=max(until_at, start + SHORTEST))


def wants_evidence(incident: Incident, *, looked_before: bool) -> bool:
    """A look at an incident that is over adds nothing to what was found while it lasted."""
    return incident.status is IncidentStatus.OPEN or not looked_before
