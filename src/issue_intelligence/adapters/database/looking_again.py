"""Brings forward the next look at incidents when what excuses them changes."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.tables import alert_events, incidents
from issue_intelligence.core.model.alert import AlertStatus
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.ports.firing_alerts import FiringAlert

# SQLite takes at most 32,766 variables a statement; a batch stays far below.
_CHUNK = 500


class DatabaseFiringAlerts:
    def __init__(self, databases: Databases) -> None:
        self._reading = databases.reading()

    async def firing(self) -> tuple[FiringAlert, ...]:
        with translated():
            async with self._reading.connect() as connection:
                return tuple(await firing_alerts(connection))


async def firing_alerts(connection: AsyncConnection) -> list[FiringAlert]:
    query = (
        select(
            alert_events.c.incident_id,
            incidents.c.service,
            incidents.c.environment,
            alert_events.c.alert["labels"].label("labels"),
        )
        .join(incidents, incidents.c.id == alert_events.c.incident_id)
        .where(
            incidents.c.status == IncidentStatus.OPEN.value,
            alert_events.c.status == AlertStatus.FIRING.value,
        )
    )
    return [
        FiringAlert(
            incident_id=row.incident_id,
            service=row.service,
            environment=row.environment,
            labels=row.labels or {},
        )
        for row in (await connection.execute(query)).all()
    ]


async def look_again_at_covered(
    connection: AsyncConnection, covered: Callable[[FiringAlert], bool], due: datetime
) -> None:
    """Have every open incident that has such an alert looked at, at `due` or sooner."""
    found = {alert.incident_id for alert in await firing_alerts(connection) if covered(alert)}
    await look_again(connection, found, due)


async def look_again(connection: AsyncConnection, incident_ids: Collection[str], due: datetime) -> None:
    """Have open incidents looked at, at `due` or sooner."""
    for ids in _chunks(sorted(incident_ids)):
        open_ones = update(incidents).where(
            incidents.c.id.in_(ids), incidents.c.status == IncidentStatus.OPEN.value
        )
        await connection.execute(
            open_ones.where(or_(incidents.c.recheck_at.is_(None), incidents.c.recheck_at > due)).values(
                recheck_at=due
            )
        )
        # A look under way may have read what held before, so another one follows it.
        await connection.execute(
            open_ones.where(
                incidents.c.started_revision != incidents.c.handled_revision,
                incidents.c.revision == incidents.c.started_revision,
            ).values(revision=incidents.c.revision + 1)
        )


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
