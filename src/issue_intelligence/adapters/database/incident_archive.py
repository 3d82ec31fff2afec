"""What people read about incidents, from SQLite or PostgreSQL."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.codec import decode
from issue_intelligence.adapters.database.dossier_parts import (
    alerts_of,
    decisions_of,
    effects_of,
    issue_decisions_of,
    notices_of,
    remediations_of,
    untold_of,
    updates_of,
)
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.feedback import said_of
from issue_intelligence.adapters.database.findings import investigation_of
from issue_intelligence.adapters.database.incident_rows import incident_from
from issue_intelligence.adapters.database.report_tables import tracked_issues
from issue_intelligence.adapters.database.tables import alert_events, incidents, verdicts
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.ports.incident_archive import (
    Dossier,
    IncidentPage,
    IncidentQuery,
    IncidentSummary,
)
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.issue_ledger import IssueLink

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CURSOR = re.compile(r"i([0-9]{1,17})-([0-9A-Za-z-]{1,36})")
_NEWEST_FIRST = (incidents.c.opened_at.desc(), incidents.c.id.desc())


class DatabaseIncidentArchive:
    def __init__(self, databases: Databases) -> None:
        self._reading = databases.reading()

    async def page(self, query: IncidentQuery) -> IncidentPage:
        statement = select(incidents).order_by(*_NEWEST_FIRST).limit(query.limit + 1)
        if query.before:
            opened_at, incident_id = _place(query.before)
            earlier = and_(incidents.c.opened_at == opened_at, incidents.c.id < incident_id)
            statement = statement.where(or_(incidents.c.opened_at < opened_at, earlier))
        if query.status is not None:
            statement = statement.where(incidents.c.status == query.status.value)
        if query.service:
            statement = statement.where(incidents.c.service == query.service)
        if query.conclusion is not None:
            # A finished look writes its conclusion beside all alerts of its incident.
            concluded = select(alert_events.c.sequence).where(
                alert_events.c.incident_id == incidents.c.id,
                alert_events.c.conclusion == query.conclusion.value,
            )
            statement = statement.where(concluded.exists())
        with translated():
            async with self._reading.connect() as connection:
                found = await _summaries(connection, statement)
        more, found = len(found) > query.limit, found[: query.limit]
        return IncidentPage(incidents=found, next_before=_cursor(found[-1]) if more else None)

    async def open_incidents(self, limit: int) -> tuple[IncidentSummary, ...]:
        fires = incidents.c.status == IncidentStatus.OPEN.value
        statement = select(incidents).where(fires).order_by(*_NEWEST_FIRST).limit(limit)
        with translated():
            async with self._reading.connect() as connection:
                return await _summaries(connection, statement)

    async def dossier(self, incident_id: str) -> Dossier | None:
        query = select(incidents).where(incidents.c.id == incident_id)
        with translated():
            async with self._reading.connect() as connection:
                row = (await connection.execute(query)).one_or_none()
                return None if row is None else await _dossier(connection, row)


async def _dossier(connection: AsyncConnection, row: Row[Any]) -> Dossier:
    incident_id: str = row.id
    alerts = await alerts_of(connection, incident_id)
    decisions = await decisions_of(connection, incident_id)
    investigation = Investigation()
    if decisions:
        run = Run(incident_id=incident_id, revision=decisions[-1].revision)
        investigation = await investigation_of(connection, run)
    issues = await _issues(connection, [row.issue_key])
    return Dossier(
        incident=incident_from(row),
        alerts=alerts,
        updates=await updates_of(connection, [each.alert.id for each in alerts]),
        decisions=decisions,
        investigation=investigation,
        remediations=await remediations_of(connection, incident_id),
        issue=issues.get(row.issue_key),
        issue_decisions=await issue_decisions_of(connection, incident_id),
        issue_effects=await effects_of(connection, incident_id),
        notices=await notices_of(connection, incident_id),
        untold=await untold_of(connection, incident_id),
        feedback=await said_of(connection, [incident_id]),
    )


async def _summaries(connection: AsyncConnection, statement: Select[Any]) -> tuple[IncidentSummary, ...]:
    rows: Sequence[Any] = (await connection.execute(statement)).all()
    decided = await _newest_verdicts(connection, [row.id for row in rows])
    issues = await _issues(connection, [row.issue_key for row in rows])
    return tuple(
        IncidentSummary(
            incident=incident_from(row), verdict=decided.get(row.id), issue=issues.get(row.issue_key)
        )
        for row in rows
    )


async def _newest_verdicts(connection: AsyncConnection, incident_ids: Sequence[str]) -> dict[str, Verdict]:
    other = verdicts.alias()
    newest = (
        select(other.c.revision)
        .where(other.c.incident_id == verdicts.c.incident_id)
        .order_by(other.c.revision.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(verdicts.c.incident_id, verdicts.c.verdict).where(
        verdicts.c.incident_id.in_(incident_ids), verdicts.c.revision == newest
    )
    return {row.incident_id: decode(row.verdict, Verdict) for row in await connection.execute(query)}


async def _issues(connection: AsyncConnection, keys: Sequence[str | None]) -> dict[str | None, IssueLink]:
    wanted = sorted({key for key in keys if key})
    query = select(tracked_issues).where(tracked_issues.c.issue_key.in_(wanted))
    return {
        row.issue_key: IssueLink(
            issue_key=row.issue_key,
            number=row.number,
            url=row.url,
            created_at=row.created_at,
            generation=row.generation,
            place=row.place,
        )
        for row in await connection.execute(query)
    }


def _cursor(summary: IncidentSummary) -> str:
    incident = summary.incident
    return f"i{(incident.opened_at - _EPOCH) // _MICROSECOND}-{incident.id}"


def _place(cursor: str) -> tuple[datetime, str]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise ValueError("not a cursor; take the link to older ones again")
    return _EPOCH + int(found[1]) * _MICROSECOND, found[2]
