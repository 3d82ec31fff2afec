"""Stores dispatched alerts and joins them to incidents, in one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.codec import to_plain
from issue_intelligence.adapters.database.incident_rows import fitting, incident_from, incident_row
from issue_intelligence.adapters.database.tables import (
    alert_events,
    alert_updates,
    dispatched_events,
    incidents,
)
from issue_intelligence.core.intake.episodes import EpisodeChange
from issue_intelligence.core.intake.joining import IncidentBook, Joined, KnownEpisode
from issue_intelligence.core.model.alert import AlertStatus
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.ports.incident_store import DispatchedAlert, DispatchedEvent

# SQLite takes at most 32,766 variables a statement; a batch stays far below.
_CHUNK = 500
# An arbitrary number of those who change several incidents at once.
_TURNS = 7_203_114_503


async def record_events(
    connection: AsyncConnection, events: Sequence[DispatchedEvent], now: datetime, rejoin_window: timedelta
) -> None:
    await take_turn(connection)
    fresh = await _not_yet_dispatched(connection, events)
    if not fresh:
        return
    alerts = [alert for event in fresh for alert in event.alerts]
    book = await _load_book(connection, alerts, rejoin_window)
    rows = _AlertRows()
    for event in fresh:
        for item in event.alerts:
            joined = book.take(item.alert, item.context, item.incident_key, event.received_at)
            rows.add(event, item, joined, now)
    new, changed = book.changed_incidents()
    if changed:
        # Closing comes first, since a key has at most one incident that is not closed.
        ordered = sorted(changed, key=lambda incident: incident.status.value != "closed")
        await connection.execute(_UPDATE_INCIDENT, [_update_row(incident) for incident in ordered])
    if new:
        await connection.execute(insert(incidents), [incident_row(incident) for incident in new])
    await rows.save(connection)
    await connection.execute(
        insert(dispatched_events), [{"event_id": event.event_id, "dispatched_at": now} for event in fresh]
    )


async def take_turn(connection: AsyncConnection) -> None:
    """Wait until nobody else changes several incidents at once, as on SQLite, where one writes at a time.

    What neither of two dispatchers has written yet, neither can lock; and two who lock the same incidents in
    another order would wait for each other.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_TURNS)))


# Runs raise started_revision and handled_revision at the same time as alerts come in, so an alert
# never writes them, but when it closes an incident that is over.
_UPDATE_INCIDENT = (
    update(incidents)
    .where(incidents.c.id == bindparam("incident_id"))
    .values(
        status=bindparam("new_status"),
        resolved_at=bindparam("new_resolved_at"),
        alert_count=bindparam("new_alert_count"),
        revision=bindparam("new_revision"),
        recheck_at=bindparam("new_recheck_at"),
    )
)


def _update_row(incident: Incident) -> dict[str, Any]:
    return {
        "incident_id": incident.id,
        "new_status": incident.status.value,
        "new_resolved_at": incident.resolved_at,
        "new_alert_count": incident.alert_count,
        "new_revision": incident.revision,
        "new_recheck_at": incident.recheck_at,
    }


async def _not_yet_dispatched(
    connection: AsyncConnection, events: Sequence[DispatchedEvent]
) -> list[DispatchedEvent]:
    ids = [event.event_id for event in events]
    query = select(dispatched_events.c.event_id).where(dispatched_events.c.event_id.in_(ids))
    done = set((await connection.execute(query)).scalars())
    return [event for event in events if event.event_id not in done]


def incidents_to_rewrite(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Lock what is read, since it is written back whole; SQLite has locked everything by now."""
    return select(incidents).where(*conditions).order_by(incidents.c.id).with_for_update()


async def _load_book(
    connection: AsyncConnection, alerts: Sequence[DispatchedAlert], rejoin_window: timedelta
) -> IncidentBook:
    episodes: dict[str, KnownEpisode] = {}
    for ids in _chunks(sorted({item.alert.id for item in alerts})):
        query = select(
            alert_events.c.alert_id,
            alert_events.c.status,
            alert_events.c.incident_id,
            alert_events.c.status_since,
        ).where(alert_events.c.alert_id.in_(ids))
        for row in await connection.execute(query):
            episodes[row.alert_id] = KnownEpisode(
                status=AlertStatus(row.status), incident_id=row.incident_id, since=row.status_since
            )

    loaded: dict[str, Incident] = {}
    for keys in _chunks(sorted({item.incident_key for item in alerts})):
        by_key = incidents_to_rewrite(incidents.c.key.in_(keys), incidents.c.status != "closed")
        loaded |= {row.id: incident_from(row) for row in await connection.execute(by_key)}
    # An episode stays with its incident, even when that one is closed by now.
    missing = sorted({episode.incident_id for episode in episodes.values()} - loaded.keys())
    closed: list[Incident] = []
    for ids in _chunks(missing):
        by_id = incidents_to_rewrite(incidents.c.id.in_(ids))
        closed += [incident_from(row) for row in await connection.execute(by_id)]

    firing = await _load_firing(connection, loaded.values(), len({item.alert.id for item in alerts}))
    return IncidentBook(
        incidents=[*loaded.values(), *closed], episodes=episodes, firing=firing, rejoin_window=rejoin_window
    )


async def _load_firing(
    connection: AsyncConnection, loaded: Collection[Incident], alerts: int
) -> dict[str, list[str]]:
    """Load alert ids that fire, by incident: all of them, or more than `alerts` can end.

    The book asks only whether any is left, and a storm puts tens of thousands into one incident.
    """
    enough = alerts + 1
    firing: dict[str, list[str]] = {}
    columns = select(alert_events.c.incident_id, alert_events.c.alert_id)
    is_firing = alert_events.c.status == AlertStatus.FIRING.value
    small = sorted(incident.id for incident in loaded if incident.alert_count <= enough)
    large = sorted(incident.id for incident in loaded if incident.alert_count > enough)
    queries = [columns.where(alert_events.c.incident_id.in_(ids), is_firing) for ids in _chunks(small)]
    queries += [columns.where(alert_events.c.incident_id == id_, is_firing).limit(enough) for id_ in large]
    for query in queries:
        for incident_id, alert_id in await connection.execute(query):
            firing.setdefault(incident_id, []).append(alert_id)
    return firing


class _AlertRows:
    """Collects what one batch changes in the alert tables, so that each statement runs once."""

    def __init__(self) -> None:
        self._new: dict[str, dict[str, Any]] = {}
        self._status: dict[str, dict[str, Any]] = {}
        self._repeats: dict[str, int] = {}
        self._updates: list[dict[str, Any]] = []

    def add(self, event: DispatchedEvent, item: DispatchedAlert, joined: Joined, now: datetime) -> None:
        alert = item.alert
        first_seen = joined.change in (EpisodeChange.NEW, EpisodeChange.RESOLVED_UNSEEN)
        if first_seen:
            self._new[alert.id] = _alert_row(event, item, joined)
            return
        self._updates.append(
            {
                "alert_id": alert.id,
                "at": now,
                "update_type": joined.change.value,
                "details": {"inbound_event_id": event.event_id},
            }
        )
        if joined.change is EpisodeChange.REPEAT:
            self._repeats[alert.id] = self._repeats.get(alert.id, 0) + 1
        elif joined.change is not EpisodeChange.STALE:
            self._set_status(item, joined, event.received_at)

    def _set_status(self, item: DispatchedAlert, joined: Joined, received_at: datetime) -> None:
        alert = item.alert
        if alert.id in self._new:
            self._new[alert.id] |= {
                "incident_id": joined.incident_id,
                "status": alert.status.value,
                "status_since": received_at,
                "ends_at": alert.ends_at,
            }
        else:
            self._status[alert.id] = {
                "episode": alert.id,
                "new_incident_id": joined.incident_id,
                "new_status": alert.status.value,
                "new_status_since": received_at,
                "new_ends_at": alert.ends_at,
            }

    async def save(self, connection: AsyncConnection) -> None:
        if self._new:
            await connection.execute(insert(alert_events), list(self._new.values()))
        if self._status:
            statement = (
                update(alert_events)
                .where(alert_events.c.alert_id == bindparam("episode"))
                .values(
                    incident_id=bindparam("new_incident_id"),
                    status=bindparam("new_status"),
                    status_since=bindparam("new_status_since"),
                    ends_at=bindparam("new_ends_at"),
                )
            )
            await connection.execute(statement, list(self._status.values()))
        if self._repeats:
            statement = (
                update(alert_events)
                .where(alert_events.c.alert_id == bindparam("episode"))
                .values(repeat_count=alert_events.c.repeat_count + bindparam("more"))
            )
            rows = [{"episode": alert_id, "more": count} for alert_id, count in self._repeats.items()]
            await connection.execute(statement, rows)
        if self._updates:
            await connection.execute(insert(alert_updates), self._updates)


def _alert_row(event: DispatchedEvent, item: DispatchedAlert, joined: Joined) -> dict[str, Any]:
    alert, context = item.alert, item.context
    return {
        "alert_id": alert.id,
        "incident_id": joined.incident_id,
        "inbound_event_id": event.event_id,
        "source": alert.source.value,
        "alert_name": fitting(context.alert_name, alert_events.c.alert_name),
        "alert_severity": context.severity.value,
        "service": fitting(context.affected_service, alert_events.c.service),
        "status": alert.status.value,
        "status_since": event.received_at,
        "received_at": event.received_at,
        "starts_at": alert.starts_at,
        "ends_at": alert.ends_at,
        "repeat_count": 0,
        "remediation_attempted": False,
        "alert": to_plain(alert),
        "context": to_plain(context),
    }


def _chunks(values: list[str]) -> list[list[str]]:
    return [values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK)]
