"""What becomes of a remediation that helped, when its incident is looked at again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from issue_intelligence.core.model.alert import Alert
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.remediation import Outcome, RemediationResult

# An alert rule looks back over some minutes, so it fires on for as long after the fault has gone.
WATCH = timedelta(minutes=10)


def watched_until(result: RemediationResult | None) -> datetime | None:
    """Tell until when an alert may still fire after a remediation that helped; None for no such one."""
    if result is None or not result.success or result.finished_at is None:
        return None
    return result.finished_at + WATCH


def watch(
    result: RemediationResult,
    *,
    incident: Incident,
    alerts: Sequence[Alert],
    failed_health: Sequence[str],
    now: datetime,
) -> RemediationResult:
    """Give the result as it stands now: a success that did not last is none.

    `failed_health` says what this look found failing, empty for nothing. A result without success stays.
    """
    until = watched_until(result)
    if until is None or result.finished_at is None:
        return result
    why = _why_it_did_not_last(
        incident, alerts, failed_health, finished_at=result.finished_at, until=until, now=now
    )
    if not why:
        return result
    return replace(
        result,
        success=False,
        should_create_issue=True,
        outcome=Outcome.NO_CHANGE,
        reason=f"It did not last: {why}. Right after it: {result.reason}",
    )


def _why_it_did_not_last(
    incident: Incident,
    alerts: Sequence[Alert],
    failed_health: Sequence[str],
    *,
    finished_at: datetime,
    until: datetime,
    now: datetime,
) -> str:
    again = [alert for alert in alerts if alert.starts_at > finished_at]
    if again:
        return f"it fires again since {min(alert.starts_at for alert in again):%Y-%m-%d %H:%M:%S} UTC"
    if incident.status is not IncidentStatus.OPEN:
        return ""
    if failed_health:
        return f"health fails again ({'; '.join(failed_health)})"
    if now >= until:
        minutes = round((now - finished_at).total_seconds() / 60)
        return f"the alert still fires {minutes} min later"
    return ""
