"""What people called a false positive, on SQLite or PostgreSQL."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, or_, select, update

from issue_intelligence.adapters.database.audit_rows import note_change
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.findings import upsert
from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.looking_again import look_again
from issue_intelligence.adapters.database.quiet_tables import ignore_patterns, ignored_incidents
from issue_intelligence.adapters.database.tables import alert_events
from issue_intelligence.core.model.ignore_pattern import IgnorePattern, PatternUse

_TEXTS = ("service", "environment", "alert_name", "created_by")


class DatabaseIgnorePatterns:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def add(self, pattern: IgnorePattern) -> None:
        row = asdict(pattern)
        row |= {name: fitting(row[name], ignore_patterns.c[name]) for name in _TEXTS}
        details = {
            "service": pattern.service,
            "environment": pattern.environment,
            "alert_name": pattern.alert_name,
            "cause": pattern.cause,
            "cause_text": pattern.cause_text,
            "incident_id": pattern.incident_id,
            "expires_at": pattern.expires_at.isoformat(),
        }
        subject = f"ignore_pattern/{pattern.id}"
        with translated():
            async with self._writing.begin() as connection:
                await connection.execute(insert(ignore_patterns).values(row))
                await note_change(
                    connection,
                    at=pattern.created_at,
                    actor=pattern.created_by,
                    action="ignore_pattern_add",
                    subject=subject,
                    details=details,
                )
                await look_again(connection, [pattern.incident_id], pattern.created_at)

    async def in_force(self, service: str, environment: str, now: datetime) -> tuple[IgnorePattern, ...]:
        query = select(ignore_patterns).where(
            ignore_patterns.c.service == fitting(service, ignore_patterns.c.service),
            ignore_patterns.c.environment == fitting(environment, ignore_patterns.c.environment),
            ignore_patterns.c.expires_at > now,
            ignore_patterns.c.revoked_at.is_(None),
        )
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query.order_by(ignore_patterns.c.id))).all()
        return tuple(_pattern(row) for row in rows)

    async def used(self, pattern_id: str, incident_id: str, now: datetime) -> None:
        row = {"pattern_id": pattern_id, "incident_id": incident_id, "last_at": now}
        with translated():
            async with self._writing.begin() as connection:
                statement = upsert(connection, ignored_incidents).values(row)
                await connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["pattern_id", "incident_id"], set_={"last_at": now}
                    )
                )

    async def all(self, limit: int) -> tuple[tuple[IgnorePattern, PatternUse], ...]:
        newest = _with_use().order_by(ignore_patterns.c.created_at.desc(), ignore_patterns.c.id)
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(newest.limit(limit))).all()
        return tuple((_pattern(row), _use(row)) for row in rows)

    async def one(self, pattern_id: str) -> tuple[IgnorePattern, PatternUse] | None:
        query = _with_use().where(ignore_patterns.c.id == pattern_id)
        with translated():
            async with self._reading.connect() as connection:
                row = (await connection.execute(query)).one_or_none()
        return (_pattern(row), _use(row)) if row is not None else None

    async def revoke(self, pattern_id: str, now: datetime, by: str) -> bool:
        this_one = ignore_patterns.c.id == pattern_id
        revoking = update(ignore_patterns).where(
            this_one, ignore_patterns.c.revoked_at.is_(None), ignore_patterns.c.expires_at > now
        )
        kept_quiet = select(ignored_incidents.c.incident_id).where(
            ignored_incidents.c.pattern_id == pattern_id
        )
        with translated():
            async with self._writing.begin() as connection:
                known = await connection.execute(select(ignore_patterns.c.id).where(this_one))
                if known.one_or_none() is None:
                    return False
                by_whom = fitting(by, ignore_patterns.c.revoked_by)
                done = await connection.execute(revoking.values(revoked_at=now, revoked_by=by_whom))
                if done.rowcount:
                    subject = f"ignore_pattern/{pattern_id}"
                    await note_change(
                        connection,
                        at=now,
                        actor=by,
                        action="ignore_pattern_revoke",
                        subject=subject,
                        details={},
                    )
                    quiet = (await connection.execute(kept_quiet)).scalars().all()
                    await look_again(connection, quiet, now)
        return True

    async def delete_ended(self, before: datetime, limit: int) -> int:
        ended = or_(ignore_patterns.c.expires_at < before, ignore_patterns.c.revoked_at < before)
        old = select(ignore_patterns.c.id).where(ended).limit(limit)
        with translated():
            async with self._writing.begin() as connection:
                found = (await connection.execute(old)).scalars().all()
                if found:
                    uses = ignored_incidents.c.pattern_id.in_(found)
                    await connection.execute(delete(ignored_incidents).where(uses))
                    await connection.execute(delete(ignore_patterns).where(ignore_patterns.c.id.in_(found)))
        return len(found)

    async def incident_of(self, alert_id: str) -> str | None:
        query = select(alert_events.c.incident_id).where(alert_events.c.alert_id == alert_id)
        with translated():
            async with self._reading.connect() as connection:
                return (await connection.execute(query)).scalar_one_or_none()


def _with_use() -> Select[Any]:
    uses = (
        select(
            ignored_incidents.c.pattern_id,
            func.count().label("incidents"),
            func.max(ignored_incidents.c.last_at).label("last_at"),
        )
        .group_by(ignored_incidents.c.pattern_id)
        .subquery()
    )
    return select(ignore_patterns, uses.c.incidents, uses.c.last_at).join(
        uses, uses.c.pattern_id == ignore_patterns.c.id, isouter=True
    )


def _pattern(row: Row[Any]) -> IgnorePattern:
    columns = row._mapping
    return IgnorePattern(**{column.name: columns[column.name] for column in ignore_patterns.c})


def _use(row: Row[Any]) -> PatternUse:
    return PatternUse(incidents=row.incidents or 0, last_at=row.last_at)
