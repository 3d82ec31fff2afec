"""What people read about incidents, from SQLite or PostgreSQL."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, literal, select, tuple_

from issue_intelligence.adapters.database.codec import decode, to_plain
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.incident_joins import DatabaseIncidentJoins
from issue_intelligence.adapters.database.incident_rows import join_from
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.report_tables import tracked_issues
from issue_intelligence.adapters.database.tables import alert_events, incident_traits, incidents
from issue_intelligence.adapters.database.types import UtcDateTime
from issue_intelligence.core.model.correlation import IncidentTraits
from issue_intelligence.core.model.incident import Join
from issue_intelligence.ports.incident_pages import IncidentPage, IncidentQuery
from issue_intelligence.ports.incident_store import Run

# Of one incident; a storm has thousands, and GET /alerts/history has them all.
MAX_ALERTS = 100
_CURSOR = re.compile(r"t([0-9]{1,17})-([0-9a-f]{32})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class DatabaseIncidentPages:
    def __init__(
        self, databases: Databases, store: DatabaseIncidentStore, joins: DatabaseIncidentJoins
    ) -> None:
        self._reading = databases.reading()
        self._store = store
        self._joins = joins

    async def page(self, query: IncidentQuery) -> IncidentPage:
        statement = (
            _summaries().order_by(incidents.c.opened_at.desc(), incidents.c.id.desc()).limit(query.limit + 1)
        )
        if query.before:
            at, last = _place(query.before)
            place = tuple_(literal(at, UtcDateTime), literal(last))
            statement = statement.where(tuple_(incidents.c.opened_at, incidents.c.id) < place)
        if query.status:
            statement = statement.where(incidents.c.status == query.status.value)
        if query.service:
            statement = statement.where(incidents.c.service == query.service)
        if query.leading_only:
            statement = statement.where(incidents.c.joined_to.is_(None))
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(statement)).all()
        shown = rows[: query.limit]
        return IncidentPage(
            incidents=tuple(_summary(row) for row in shown),
            next_before=_cursor(shown[-1]) if len(rows) > query.limit else None,
        )

    async def one(self, incident_id: str) -> dict[str, Any] | None:
        with translated():
            async with self._reading.connect() as connection:
                found = await connection.execute(_summaries().where(incidents.c.id == incident_id))
                row = found.one_or_none()
                if row is None:
                    return None
                alerts = (await connection.execute(_alerts_of(incident_id))).all()
        findings = await self._store.findings_before(
            Run(incident_id=incident_id, revision=row.handled_revision + 1)
        )
        verdict = findings.verdict if findings else None
        return _summary(row) | {
            "alerts": [_alert(each) for each in alerts],
            "parts": [
                {
                    "incident_id": each.id,
                    "service": each.service,
                    "alert_name": each.alert_name,
                    **_join(each.join),
                }
                for each in await self._joins.members(incident_id)
            ],
            "validation": to_plain(verdict.validation) if verdict else None,
            "categorization": to_plain(verdict.categorization) if verdict else None,
            "reasons": to_plain(verdict.reasons) if verdict else [],
        }


def _summaries() -> Select[Any]:
    parts = incidents.alias()
    counted = select(func.count()).where(parts.c.joined_to == incidents.c.id).scalar_subquery()
    return (
        select(
            incidents,
            incident_traits.c.traits,
            tracked_issues.c.number,
            tracked_issues.c.url,
            counted.label("parts"),
        )
        .join(incident_traits, incident_traits.c.incident_id == incidents.c.id, isouter=True)
        .join(tracked_issues, tracked_issues.c.issue_key == incidents.c.issue_key, isouter=True)
    )


def _alerts_of(incident_id: str) -> Select[Any]:
    return (
        select(
            alert_events.c.alert_id,
            alert_events.c.alert_name,
            alert_events.c.status,
            alert_events.c.starts_at,
            alert_events.c.ends_at,
        )
        .where(alert_events.c.incident_id == incident_id)
        .order_by(alert_events.c.sequence.desc())
        .limit(MAX_ALERTS)
    )


def _alert(row: Any) -> dict[str, Any]:
    return {
        "id": row.alert_id,
        "alert_name": row.alert_name,
        "alert_status": row.status,
        "starts_at": _iso(row.starts_at),
        "ends_at": _iso(row.ends_at),
    }


def _summary(row: Any) -> dict[str, Any]:
    traits = decode(row.traits, IncidentTraits) if row.traits else None
    join = join_from(row)
    return {
        "id": row.id,
        "service": row.service,
        "environment": row.environment,
        "alert_name": row.alert_name,
        "status": row.status,
        "opened_at": _iso(row.opened_at),
        "resolved_at": _iso(row.resolved_at),
        "alert_count": row.alert_count,
        "part_count": row.parts,
        "conclusion": traits.conclusion.value if traits else None,
        "severity": traits.severity.value if traits else None,
        "issue": {"number": row.number, "url": row.url} if row.number is not None else None,
        "part_of": {"incident_id": join.into, **_join(join)} if join else None,
        "kept_apart": row.kept_apart,
    }


def _join(join: Join) -> dict[str, Any]:
    return {
        "reason": join.reason.value,
        "text": join.text,
        "joined_at": _iso(join.at),
        "joined_by": join.by or None,
    }


def _cursor(row: Any) -> str:
    return f"t{(row.opened_at - _EPOCH) // _MICROSECOND}-{row.id}"


def _place(cursor: str) -> tuple[datetime, str]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise ValueError("not a cursor; take `next_before` of the last answer")
    return _EPOCH + int(found[1]) * _MICROSECOND, found[2]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
