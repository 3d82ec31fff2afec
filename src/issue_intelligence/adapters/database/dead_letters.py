"""The dead-letter list on SQLite or PostgreSQL."""

from datetime import datetime

from sqlalchemy import func, insert, select, update

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.report_tables import dead_letters
from issue_intelligence.ports.dead_letters import DeadLetter


class DatabaseDeadLetters:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def add(self, letter: DeadLetter) -> None:
        same = {
            "step": letter.step,
            "incident_id": letter.incident_id,
            "revision": letter.revision,
            "reason": letter.reason,
        }
        stands = select(dead_letters.c.id).filter_by(**same).where(dead_letters.c.rerun_at.is_(None))
        with translated():
            async with self._writing.begin() as connection:
                # A step that was cut off after this commit runs again.
                if (await connection.execute(stands.limit(1))).one_or_none() is None:
                    await connection.execute(insert(dead_letters).values(**same, at=letter.at))

    async def open_letters(self, limit: int) -> list[DeadLetter]:
        query = (
            select(dead_letters)
            .where(dead_letters.c.rerun_at.is_(None))
            .order_by(dead_letters.c.id.desc())
            .limit(limit)
        )
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).all()
        return [
            DeadLetter(
                id=row.id,
                step=row.step,
                incident_id=row.incident_id,
                revision=row.revision,
                reason=row.reason,
                at=row.at,
            )
            for row in rows
        ]

    async def count_open(self) -> int:
        query = select(func.count()).where(dead_letters.c.rerun_at.is_(None))
        with translated():
            async with self._reading.connect() as connection:
                return (await connection.execute(query)).scalar_one()

    async def mended(self, incident_id: str, at: datetime, *, before_revision: int) -> None:
        statement = (
            update(dead_letters)
            .where(
                dead_letters.c.incident_id == incident_id,
                dead_letters.c.revision < before_revision,
                dead_letters.c.rerun_at.is_(None),
            )
            .values(rerun_at=at)
        )
        with translated():
            async with self._writing.begin() as connection:
                await connection.execute(statement)
