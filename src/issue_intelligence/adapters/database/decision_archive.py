"""Past decisions with all they rested on, from SQLite or PostgreSQL, in pieces of bounded size."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from issue_intelligence.adapters.database.decision_pack import (
    DatabaseDecisionPack,
    StoredAlert,
    StoredDecision,
    read_decision,
)
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.feedback import said_of
from issue_intelligence.adapters.database.incident_rows import incident_from
from issue_intelligence.adapters.database.report_tables import silences
from issue_intelligence.adapters.database.silences import silence_from
from issue_intelligence.adapters.database.tables import (
    alert_events,
    alert_updates,
    evidence,
    incidents,
    verdicts,
)
from issue_intelligence.core.intake.episodes import EpisodeChange
from issue_intelligence.core.model.alert import AlertStatus
from issue_intelligence.core.model.silence import Silence
from issue_intelligence.ports.decision_archive import DecisionPack, NoDecision, PastDecision

# What one piece holds: enough that asking for it costs little beside the work on it.
_INCIDENTS = 100
# SQLite takes at most 32,766 variables a statement.
_CHUNK = 5_000
_CHANGES_OF_STATUS = (EpisodeChange.RESOLVED.value, EpisodeChange.REFIRED.value)


class DatabaseDecisionArchive:
    def __init__(self, engine: AsyncEngine, *, alerts_of_one: int) -> None:
        """`alerts_of_one` is how many alerts of one incident a decision looks at."""
        self._engine = engine
        self._alerts_of_one = alerts_of_one

    async def of_alert(self, alert_id: str) -> PastDecision | NoDecision:
        query = select(alert_events.c.incident_id).where(alert_events.c.alert_id == alert_id)
        with translated():
            async with self._engine.connect() as connection:
                incident_id = (await connection.execute(query)).scalar_one_or_none()
                if incident_id is None:
                    return NoDecision.UNKNOWN_ALERT
                stored = await self._stored(connection, {incident_id: [alert_id]})
        if not stored:
            return NoDecision.NOT_DECIDED
        return read_decision(stored[0]) or NoDecision.UNREADABLE

    async def count(self, since: datetime) -> int:
        query = select(func.count()).where(alert_events.c.received_at >= since)
        with translated():
            async with self._engine.connect() as connection:
                return (await connection.execute(query)).scalar_one()

    async def packs(self, since: datetime) -> AsyncIterator[DecisionPack]:
        waiting = iter((await self._alert_ids(since)).items())
        while ids := dict(islice(waiting, _INCIDENTS)):
            # A transaction each: one over all would keep SQLite's log of changes from being emptied.
            with translated():
                async with self._engine.connect() as connection:
                    stored = await self._stored(connection, ids)
            decided = {each.incident.id for each in stored}
            undecided = sum(len(alerts) for id_, alerts in ids.items() if id_ not in decided)
            yield DatabaseDecisionPack(stored=tuple(stored), undecided=undecided)

    async def silences(self) -> Sequence[Silence]:
        with translated():
            async with self._engine.connect() as connection:
                return [silence_from(row) for row in (await connection.execute(select(silences))).all()]

    async def _alert_ids(self, since: datetime) -> dict[str, list[str]]:
        """Give the ids of the span's alerts by incident, the incident that opened first before the others."""
        query = (
            select(alert_events.c.incident_id, alert_events.c.alert_id)
            .where(alert_events.c.received_at >= since)
            .order_by(alert_events.c.sequence)
        )
        found: dict[str, list[str]] = {}
        with translated():
            async with self._engine.connect() as connection:
                for incident_id, alert_id in await connection.execute(query):
                    found.setdefault(incident_id, []).append(alert_id)
        return found

    async def _stored(
        self, connection: AsyncConnection, alert_ids: Mapping[str, Sequence[str]]
    ) -> list[StoredDecision]:
        decided = await _newest_verdicts(connection, list(alert_ids))
        rows = await connection.execute(select(incidents).where(incidents.c.id.in_(decided)))
        found = {row.id: incident_from(row) for row in rows}
        gathered = await _evidence(connection, decided)
        alerts = await self._alerts(connection, decided)
        said = await said_of(connection, list(decided))
        return [
            StoredDecision(
                incident=found[id_],
                alerts=tuple(alerts[id_]),
                evidence=gathered.get(id_, {}),
                verdict=verdict.verdict,
                decided_at=verdict.decided_at,
                alert_ids=tuple(alert_ids[id_]),
                said=tuple(each for each in said if each.incident_id == id_),
            )
            for id_, verdict in decided.items()
            if id_ in alerts
        ]

    async def _alerts(
        self, connection: AsyncConnection, decided: Mapping[str, Row[Any]]
    ) -> dict[str, list[StoredAlert]]:
        """Give the alerts that the decisions looked at: those that had been received, the newest of them."""
        all_of_them = (
            select(alert_events.c.incident_id, alert_events.c.sequence, alert_events.c.received_at)
            .where(alert_events.c.incident_id.in_(decided))
            .order_by(alert_events.c.incident_id, alert_events.c.sequence)
        )
        of_incident: dict[str, list[Any]] = {}
        for row in await connection.execute(all_of_them):
            of_incident.setdefault(row.incident_id, []).append(row)
        wanted: list[int] = []
        for id_, rows in of_incident.items():
            # An alert of another incident may have joined later, with none left that was there before.
            known = [row for row in rows if row.received_at <= decided[id_].decided_at] or rows
            wanted += [row.sequence for row in known[-self._alerts_of_one :]]
        return await _alerts_as_they_stood(connection, wanted, decided)


async def _newest_verdicts(connection: AsyncConnection, incident_ids: Sequence[str]) -> dict[str, Row[Any]]:
    newest = (
        select(verdicts.c.incident_id, func.max(verdicts.c.revision).label("revision"))
        .where(verdicts.c.incident_id.in_(incident_ids))
        .group_by(verdicts.c.incident_id)
        .subquery()
    )
    query = select(verdicts).join(
        newest,
        (newest.c.incident_id == verdicts.c.incident_id) & (newest.c.revision == verdicts.c.revision),
    )
    return {row.incident_id: row for row in await connection.execute(query)}


async def _evidence(
    connection: AsyncConnection, decided: Mapping[str, Row[Any]]
) -> dict[str, dict[str, str]]:
    # Earlier runs have left theirs too.
    newest = (
        select(func.max(verdicts.c.revision))
        .where(verdicts.c.incident_id == evidence.c.incident_id)
        .scalar_subquery()
    )
    query = select(evidence.c.incident_id, evidence.c.collector, evidence.c.evidence).where(
        evidence.c.incident_id.in_(decided), evidence.c.revision == newest
    )
    found: dict[str, dict[str, str]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.incident_id, {})[row.collector] = row.evidence
    return found


async def _alerts_as_they_stood(
    connection: AsyncConnection, sequences: Sequence[int], decided: Mapping[str, Row[Any]]
) -> dict[str, list[StoredAlert]]:
    rows: list[Row[Any]] = []
    for start in range(0, len(sequences), _CHUNK):
        query = select(
            alert_events.c.sequence,
            alert_events.c.incident_id,
            alert_events.c.alert_id,
            alert_events.c.status,
            alert_events.c.status_since,
            alert_events.c.ends_at,
            # As text, since another process reads it.
            cast(alert_events.c.alert, Text).label("alert"),
            cast(alert_events.c.context, Text).label("context"),
        ).where(alert_events.c.sequence.in_(sequences[start : start + _CHUNK]))
        rows += (await connection.execute(query)).all()
    later = [row.alert_id for row in rows if row.status_since > decided[row.incident_id].decided_at]
    changes = await _changes_of_status(connection, later)
    found: dict[str, list[StoredAlert]] = {}
    for row in sorted(rows, key=lambda each: each.sequence):
        status, ends_at = _status_then(
            row, changes.get(row.alert_id, ()), decided[row.incident_id].decided_at
        )
        alert = StoredAlert(alert=row.alert, context=row.context, status=status, ends_at=ends_at)
        found.setdefault(row.incident_id, []).append(alert)
    return found


async def _changes_of_status(
    connection: AsyncConnection, alert_ids: Sequence[str]
) -> dict[str, list[tuple[datetime, str]]]:
    found: dict[str, list[tuple[datetime, str]]] = {}
    for start in range(0, len(alert_ids), _CHUNK):
        query = (
            select(alert_updates.c.alert_id, alert_updates.c.at, alert_updates.c.update_type)
            .where(
                alert_updates.c.alert_id.in_(alert_ids[start : start + _CHUNK]),
                alert_updates.c.update_type.in_(_CHANGES_OF_STATUS),
            )
            .order_by(alert_updates.c.id)
        )
        for alert_id, at, kind in await connection.execute(query):
            found.setdefault(alert_id, []).append((at, kind))
    return found


def _status_then(
    row: Row[Any], changes: Sequence[tuple[datetime, str]], decided_at: datetime
) -> tuple[AlertStatus, datetime | None]:
    """Undo what happened to an alert after the decision; an alert that fires has no known end."""
    undone = next((kind for at, kind in changes if at > decided_at), None)
    if undone is None:
        return AlertStatus(row.status), row.ends_at
    if undone == EpisodeChange.RESOLVED.value:
        return AlertStatus.FIRING, None
    return AlertStatus.RESOLVED, row.ends_at
