"""When to gather evidence, and of which span."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.verdict import ExcuseKind

# architecture.md 2: the log window is start - 15 min to min(now, start + 15 min).
BEFORE = timedelta(minutes=15)
AFTER = timedelta(minutes=15)
# An alert from the future, or one of years ago, still gets a window of some length.
SHORTEST = timedelta(minutes=1)
# Of an alert that has fired for days.
LONGEST = timedelta(hours=2)
BASELINES_BEFORE = (timedelta(hours=1), timedelta(days=1))
BASELINE_NAMES = ("the hour before", "the day before")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWindow:
    from_at: datetime
    until_at: datetime


def log_window(starts_at: datetime, now: datetime, *, still_firing: bool = False) -> LogWindow:
    """Give the span of log that speaks about an alert that began at `starts_at`.

    One that has been firing for longer than the whole span is still going on, so what came since tells
    more than its beginning, which may be gone from the log by now.
    """
    start = min(starts_at, now)
    if still_firing and now - start > BEFORE + AFTER:
        return LogWindow(from_at=max(start - BEFORE, now - LONGEST), until_at=now)
    until_at = min(now, start + AFTER)
    return LogWindow(from_at=start - BEFORE, until_at=max(until_at, start + SHORTEST))


def baseline_windows(window: LogWindow) -> tuple[LogWindow, ...]:
    """Give the same span an hour and a day before (architecture.md 7)."""
    return tuple(
        LogWindow(from_at=window.from_at - before, until_at=window.until_at - before)
        for before in BASELINES_BEFORE
    )


def is_comparable(analysis: LogAnalysis) -> bool:
    """Tell whether there is a number of which one would like to know what is usual."""
    requests = analysis.requests
    return analysis.error_lines > 0 or (requests is not None and requests.mean_duration_ms is not None)


def has_seen_all(excuse: ExcuseKind | None, *, alerts_then: int, alerts_now: int) -> bool:
    """Tell whether an earlier look, which an excuse may have decided, stands for all episodes until now.

    What resolved by itself was judged by what it had left: the next time it may leave more.
    """
    return excuse is not ExcuseKind.SELF_RESOLVED or alerts_now <= alerts_then


def wants_evidence(incident: Incident, *, looked_before: bool) -> bool:
    """A look at an incident that is over adds nothing to what was found while it lasted."""
    return incident.status is IncidentStatus.OPEN or not looked_before
