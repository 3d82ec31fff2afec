"""Whether an excuse that people gave holds for an incident now, and when to look whether it still does."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind
from issue_intelligence.core.intake.maintenance import covers, next_occurrence, open_window
from issue_intelligence.core.intake.silencing import active_silence, matches
from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.maintenance import MaintenanceWindow
from issue_intelligence.core.model.silence import Silence

# What is ignored may get worse long before the pattern ends.
EXAMINE_IGNORED_EVERY = timedelta(minutes=15)


def suppression_by_silences(
    silences: Sequence[Silence], alerts: Sequence[Alert], now: datetime
) -> ActiveSuppression | None:
    """Give the excuse if every firing alert is silenced; one that is not speaks for all.

    It ends with the first of the silences.
    """
    firing = _firing(alerts)
    found = [active_silence(silences, alert.labels, now) for alert in firing]
    active = [silence for silence in found if silence is not None]
    if not active or len(active) < len(found):
        return None
    first = min(active, key=lambda silence: silence.ends_at)
    text = f"silence by {first.created_by}: {first.comment}"
    return ActiveSuppression(kind=ExcuseKind.SILENCE, text=text, until=first.ends_at)


def suppression_by_maintenance(
    windows: Sequence[MaintenanceWindow], alerts: Sequence[Alert], incident: Incident, now: datetime
) -> ActiveSuppression | None:
    """Give the excuse if every firing alert is covered by an open window.

    It ends with the first of the windows.
    """
    firing = _firing(alerts)
    found = [
        open_window(
            windows, alert.labels, service=incident.service, environment=incident.environment, now=now
        )
        for alert in firing
    ]
    open_ones = [pair for pair in found if pair is not None]
    if not open_ones or len(open_ones) < len(found):
        return None
    window, occurrence = min(open_ones, key=lambda pair: pair[1].ends_at)
    by = f"by {window.created_by}" if window.created_by else "of the configuration"
    text = f'maintenance "{window.name}" {by}' + (f": {window.comment}" if window.comment else "")
    return ActiveSuppression(kind=ExcuseKind.MAINTENANCE, text=text, until=occurrence.ends_at)


def excuse_begins(
    pending: Sequence[Silence],
    windows: Sequence[MaintenanceWindow],
    alerts: Sequence[Alert],
    incident: Incident,
    now: datetime,
) -> datetime | None:
    """Say when a silence or window that covers one of its firing alerts begins next; None for never."""
    begins = [
        silence.starts_at
        for silence in pending
        if silence.starts_at > now and any(matches(silence, alert.labels) for alert in _firing(alerts))
    ]
    of_it = {"service": incident.service, "environment": incident.environment}
    begins += [
        occurrence.starts_at
        for window in windows
        if any(covers(window, alert.labels, **of_it) for alert in _firing(alerts))
        and (occurrence := next_occurrence(window, now)) is not None
    ]
    return min(begins, default=None)


def next_look(suppression: ActiveSuppression | None, now: datetime) -> datetime | None:
    """Say when to look whether the excuse still holds; None when nothing tells."""
    if suppression is None:
        return None
    if suppression.kind is not ExcuseKind.IGNORED:
        return suppression.until
    soon = now + EXAMINE_IGNORED_EVERY
    return min(suppression.until, soon) if suppression.until else soon


def _firing(alerts: Sequence[Alert]) -> list[Alert]:
    return [alert for alert in alerts if alert.status is AlertStatus.FIRING] or list(alerts)
