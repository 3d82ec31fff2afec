"""Silences on SQLite or PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.audit_rows import note_change
from issue_intelligence.adapters.database.codec import from_plain, to_plain
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.looking_again import look_again_at_covered
from issue_intelligence.adapters.database.report_tables import silences
from issue_intelligence.core.intake.silencing import matches
from issue_intelligence.core.model.silence import Matcher, Silence


class DatabaseSilences:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def add(self, silence: Silence, now: datetime) -> None:
        with translated():
            async with self._writing.begin() as connection:
                await connection.execute(insert(silences).values(_row(silence)))
                details = {
                    "matchers": to_plain(silence.matchers),
                    "comment": silence.comment,
                    "starts_at": silence.starts_at.isoformat(),
                    "ends_at": silence.ends_at.isoformat(),
                }
                await note_change(
                    connection,
                    at=now,
                    actor=silence.created_by,
                    action="silence_add",
                    subject=f"silence/{silence.id}",
                    details=details,
                )
                await _look_again(connection, silence, max(now, silence.starts_at))

    async def in_force(self, now: datetime) -> tuple[Silence, ...]:
        return await self._found(
            select(silences).where(silences.c.starts_at <= now, silences.c.ends_at > now)
        )

    async def pending(self, now: datetime) -> tuple[Silence, ...]:
        return await self._found(select(silences).where(silences.c.starts_at > now, silences.c.ends_at > now))

    async def all(self, limit: int) -> tuple[Silence, ...]:
        newest = select(silences).order_by(silences.c.ends_at.desc(), silences.c.id)
        return await self._found(newest.limit(limit))

    async def one(self, silence_id: str) -> Silence | None:
        found = await self._found(select(silences).where(silences.c.id == silence_id))
        return found[0] if found else None

    async def expire(self, silence_id: str, now: datetime, by: str) -> Silence | None:
        # Where two end it at once, the first has ended it.
        ending = (
            update(silences)
            .where(silences.c.id == silence_id, silences.c.ends_at > now)
            .values(ends_at=now, ended_by=fitting(by, silences.c.ended_by))
        )
        with translated():
            async with self._writing.begin() as connection:
                query = select(silences).where(silences.c.id == silence_id).with_for_update()
                row = (await connection.execute(query)).one_or_none()
                if row is None:
                    return None
                silence = silence_from(row)
                if (await connection.execute(ending)).rowcount:
                    details = {"would_have_ended_at": silence.ends_at.isoformat()}
                    await note_change(
                        connection,
                        at=now,
                        actor=by,
                        action="silence_expire",
                        subject=f"silence/{silence_id}",
                        details=details,
                    )
                    await _look_again(connection, silence, now)
                return silence_from((await connection.execute(query)).one())

    async def delete_ended(self, before: datetime, limit: int) -> int:
        old = select(silences.c.id).where(silences.c.ends_at < before).limit(limit)
        with translated():
            async with self._writing.begin() as connection:
                found = (await connection.execute(old)).scalars().all()
                if found:
                    await connection.execute(delete(silences).where(silences.c.id.in_(found)))
        return len(found)

    async def _found(self, query: Select[Any]) -> tuple[Silence, ...]:
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).all()
        return tuple(silence_from(row) for row in rows)


async def _look_again(connection: AsyncConnection, silence: Silence, due: datetime) -> None:
    await look_again_at_covered(connection, lambda alert: matches(silence, alert.labels), due)


def _row(silence: Silence) -> dict[str, Any]:
    return {
        "id": silence.id,
        "matchers": to_plain(silence.matchers),
        "starts_at": silence.starts_at,
        "ends_at": silence.ends_at,
        "created_by": fitting(silence.created_by, silences.c.created_by),
        "comment": silence.comment,
        "ended_by": silence.ended_by,
    }


def silence_from(row: Row[Any]) -> Silence:
    return Silence(
        id=row.id,
        matchers=from_plain(row.matchers, tuple[Matcher, ...]),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        created_by=row.created_by,
        comment=row.comment,
        ended_by=row.ended_by,
    )
