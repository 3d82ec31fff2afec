"""A store on SQLite files of its own, and alerts as the dispatcher gives them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from issue_intelligence.adapters.database.engines import Databases, database_urls, open_databases
from issue_intelligence.adapters.database.migrate import upgrade
from issue_intelligence.core.intake.context import alert_context
from issue_intelligence.core.intake.incident_key import incident_key
from issue_intelligence.core.model.alert import Alert
from issue_intelligence.ports.incident_store import DispatchedAlert, DispatchedEvent
from tests.factories.alerts import an_alert

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Databases]:
    urls = database_urls("", folder)
    upgrade(urls)
    databases = open_databases(urls)
    try:
        yield databases
    finally:
        await databases.dispose()


def placed(alert: Alert) -> DispatchedAlert:
    context = alert_context(alert, ())
    key = incident_key(context.affected_service, context.environment, context.alert_name)
    return DispatchedAlert(alert=alert, context=context, incident_key=key)


def event(number: int, *alerts: Alert, at: datetime = NOW) -> DispatchedEvent:
    return DispatchedEvent(event_id=number, received_at=at, alerts=tuple(placed(each) for each in alerts))


def numbered(digit: int, **changes: Any) -> Alert:
    return an_alert(id=f"{digit:032x}", **changes)
