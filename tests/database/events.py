"""Committed webhooks for tests, as the dispatcher hands them to the store."""

from datetime import UTC, datetime, timedelta
from typing import Any

from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.core.intake.context import alert_context
from issue_intelligence.core.intake.incident_key import incident_key
from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.ports.incident_store import DispatchedAlert, DispatchedEvent
from tests.factories.alerts import an_alert

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
REJOIN_WINDOW = timedelta(hours=1)


def firing(name: str = "a", **changes: Any) -> Alert:
    """An alert of one rule and service; alerts of other names are other instances of the same rule."""
    return an_alert(id=name.rjust(32, "0"), fingerprint=name, **changes)


def numbered(digit: int, **changes: Any) -> Alert:
    """An ordinary alert with an id of its own."""
    return an_alert(id=f"{digit:032x}", **changes)


def resolved(name: str = "a", *, at: datetime = NOW, **changes: Any) -> Alert:
    return firing(name, status=AlertStatus.RESOLVED, ends_at=at, **changes)


def event(number: int, *alerts: Alert, received_at: datetime = NOW) -> DispatchedEvent:
    return DispatchedEvent(
        event_id=number, received_at=received_at, alerts=tuple(_placed(alert) for alert in alerts)
    )


def _placed(alert: Alert) -> DispatchedAlert:
    context = alert_context(alert, ())
    key = incident_key(context.affected_service, context.environment, context.alert_name)
    return DispatchedAlert(alert=alert, context=context, incident_key=key)


async def record(store: DatabaseIncidentStore, *events: DispatchedEvent, now: datetime = NOW) -> None:
    await store.record_events(events, now, rejoin_window=REJOIN_WINDOW)
