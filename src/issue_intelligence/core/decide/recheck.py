"""When to look at an incident again though nothing happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.verdict import Conclusion, RuleName, Verdict

# The log window ends 15 minutes after the start; late lines get a minute more (architecture.md 2).
WINDOW_COMPLETE_AFTER = timedelta(minutes=16)
UNSURE_INTERVAL = timedelta(minutes=5)
# What is overdue is looked at soon, but never in a busy loop.
_SOONEST = timedelta(minutes=1)
# An incident that keeps changing is looked at less and less often, or its issue would drown in comments.
_QUIET_SECONDS = (1, 5, 15, 30, 60, 120, 240, 480, 900)


class RecheckReason(StrEnum):
    WINDOW_STILL_OPEN = "window_still_open"
    EXCUSE_ENDS = "excuse_ends"
    EXCUSE_BEGINS = "excuse_begins"
    STILL_UNSURE = "still_unsure"
    AUTO_CLOSE = "auto_close"
    ISSUE_WAITS = "issue_waits"
    REMEDIATION_WATCHED = "remediation_watched"
    CALM = "calm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    at: datetime
    reason: RecheckReason


def next_recheck(
    incident: Incident,
    verdict: Verdict,
    *,
    now: datetime,
    excuse_ends_at: datetime | None,
    excuse_begins_at: datetime | None = None,
    auto_close_after: timedelta,
    issue_waits_until: datetime | None = None,
    watched_until: datetime | None = None,
    calm_at: datetime | None = None,
) -> Recheck | None:
    """Give the next look and why; None for none.

    `excuse_ends_at` is when to look whether the suppression that decided still holds, None when
    nothing tells.
    `excuse_begins_at` is when people will want to hear no more of it, None for never: it is looked at
    then, and so again when that ends.
    `watched_until` is when an alert whose fault we repaired must have stopped, None for no repair.
    `auto_close_after` counts from the moment the incident resolved. `issue_waits_until` is the turn of
    an issue that could not be created yet, None when none waits. `calm_at` is when an incident that flaps
    has calmed down, if nothing happens until then; None when it does not flap.
    """
    if incident.status is IncidentStatus.CLOSED:
        return None
    issue_waits = _when_issue_has_its_turn(now, issue_waits_until)
    if incident.status is IncidentStatus.RESOLVED:
        if calm_at is not None and not issue_waits:
            # How it ended was not told yet.
            return Recheck(at=max(calm_at, now + _SOONEST), reason=RecheckReason.CALM)
        due = (incident.resolved_at or now) + auto_close_after
        return issue_waits or Recheck(at=max(due, now + _SOONEST), reason=RecheckReason.AUTO_CLOSE)
    wanted = (
        issue_waits,
        _when_window_is_complete(incident, verdict, now),
        _when_excuse_ends(verdict, now, excuse_ends_at),
        _when_excuse_begins(now, excuse_begins_at),
        _while_unsure(verdict, now),
        _when_repair_must_show(watched_until, now),
    )
    return min((each for each in wanted if each is not None), key=lambda each: each.at, default=None)


def _when_window_is_complete(incident: Incident, verdict: Verdict, now: datetime) -> Recheck | None:
    """Look once more at lines that came late; a monitoring fault has no lines to wait for."""
    due = incident.opened_at + WINDOW_COMPLETE_AFTER
    if now >= due or verdict.validation.conclusion is Conclusion.MONITORING:
        return None
    return Recheck(at=due, reason=RecheckReason.WINDOW_STILL_OPEN)


def _when_issue_has_its_turn(now: datetime, waits_until: datetime | None) -> Recheck | None:
    if waits_until is None:
        return None
    return Recheck(at=max(waits_until, now + _SOONEST), reason=RecheckReason.ISSUE_WAITS)


def _when_excuse_ends(verdict: Verdict, now: datetime, excuse_ends_at: datetime | None) -> Recheck | None:
    if verdict.validation.conclusion is not Conclusion.SUPPRESSED:
        return None
    at = max(excuse_ends_at, now + _SOONEST) if excuse_ends_at else now + UNSURE_INTERVAL
    return Recheck(at=at, reason=RecheckReason.EXCUSE_ENDS)


def _when_excuse_begins(now: datetime, excuse_begins_at: datetime | None) -> Recheck | None:
    if excuse_begins_at is None:
        return None
    return Recheck(at=max(excuse_begins_at, now + _SOONEST), reason=RecheckReason.EXCUSE_BEGINS)


def _while_unsure(verdict: Verdict, now: datetime) -> Recheck | None:
    """Unconfirmed, or possible and missing evidence that may be there next time."""
    conclusion = verdict.validation.conclusion
    missing = any(reason.rule is RuleName.EVIDENCE_MISSING for reason in verdict.reasons)
    if conclusion is Conclusion.UNCONFIRMED or (conclusion is Conclusion.POSSIBLE and missing):
        return Recheck(at=now + UNSURE_INTERVAL, reason=RecheckReason.STILL_UNSURE)
    return None


def _when_repair_must_show(watched_until: datetime | None, now: datetime) -> Recheck | None:
    if watched_until is None:
        return None
    return Recheck(at=max(watched_until, now + _SOONEST), reason=RecheckReason.REMEDIATION_WATCHED)


def is_over(incident: Incident, *, now: datetime, auto_close_after: timedelta) -> bool:
    """Tell whether nothing more is expected of an incident, so that its next alert opens a new one."""
    if incident.status is IncidentStatus.RESOLVED:
        return now >= (incident.resolved_at or now) + auto_close_after
    return incident.status is IncidentStatus.CLOSED


def quiet_until(looks: int, now: datetime) -> datetime:
    """Give the earliest time for a further look at an incident that had `looks` of them, at least one."""
    index = min(max(looks, 1), len(_QUIET_SECONDS)) - 1
    return now + timedelta(seconds=_QUIET_SECONDS[index])
