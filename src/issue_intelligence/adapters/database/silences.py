"""Silences on SQLite or PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from issue_intelligence.adapters.database.codec import from_plain, to_plain
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.report_tables import audit, silences
from issue_intelligence.core.model.silence import Matcher, Silence


class DatabaseSilences:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def add(self, silence: Silence) -> None:
        row = {
            "id": silence.id,
            "matchers": to_plain(silence.matchers),
            "starts_at": silence.starts_at,
            "ends_at": silence.ends_at,
            "created_by": silence.created_by,
            "comment": silence.comment,
        }
        with translated():
            async with self._writing.begin() as connection:
                await connection.execute(insert(silences).values(row))
                await connection.execute(
                    insert(audit).values(
                        at=silence.starts_at,
                        actor=silence.created_by,
                        action="silence_add",
                        subject=f"silence/{silence.id}",
                        details={"comment": silence.comment, "ends_at": silence.ends_at.isoformat()},
                    )
                )

    async def in_force(self, now: datetime) -> tuple[Silence, ...]:
        query = select(silences).where(silences.c.starts_at <= now, silences.c.ends_at > now)
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).all()
        return tuple(silence_from(row) for row in rows)


def silence_from(row: Row[Any]) -> Silence:
    return Silence(
        id=row.id,
        matchers=from_plain(row.matchers, tuple[Matcher, ...]),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        created_by=row.created_by,
        comment=row.comment,
    )
