"""The inbound log on SQLite or PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate, takewhile
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from issue_intelligence.adapters.database.engines import READ_ONLY, Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.group_commit import Done, GroupCommitter
from issue_intelligence.adapters.database.inbound_insert import insert_alone
from issue_intelligence.adapters.database.intake_tables import commit_proof, inbound_events
from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.ports.inbound_log import Backlog, InboundEvent, NewInboundEvent

# Each byte of a body becomes several of objects while it is read.
MAX_BYTES_AT_ONCE = 16 * 1024 * 1024

_INSERT = insert(inbound_events)
_MARK = (
    update(inbound_events)
    .where(inbound_events.c.id == bindparam("event_id"))
    .values(dispatched_at=bindparam("at"))
)
_WAITING = inbound_events.c.dispatched_at.is_(None)


def _insert_events(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(_INSERT, list(rows))


def _mark_events(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(_MARK, list(rows))


def _delete_events(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    ids = [row["event_id"] for row in rows]
    # Asked once more: whatever else happened since, what waits is not deleted.
    connection.execute(delete(inbound_events).where(inbound_events.c.id.in_(ids), ~_WAITING))


def _write_proof(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    proof = rows[-1]
    if connection.execute(update(commit_proof).values(proof)).rowcount == 0:
        connection.execute(insert(commit_proof).values(proof))


class DatabaseInboundLog:
    def __init__(self, databases: Databases, committer: GroupCommitter) -> None:
        self._reading = databases.intake.execution_options(**{READ_ONLY: True})
        self._committer = committer
        is_sqlite = databases.intake_writer.dialect.name == "sqlite"
        self._insert_alone = insert_alone if is_sqlite else None

    def submit(self, event: NewInboundEvent, done: Done) -> None:
        row = {
            "source": event.source.value,
            "received_at": event.received_at,
            "body": event.body,
            "alert_ids": " ".join(event.alert_ids),
            "rejected": event.rejected,
            # Nothing to dispatch where nothing could be read: kept for people only.
            "dispatched_at": None if event.alert_ids else event.received_at,
        }
        self._committer.submit(
            _insert_events, (row,), done, size_bytes=len(event.body), alone=self._insert_alone
        )

    async def undispatched(self, limit: int) -> list[InboundEvent]:
        sizes = (
            select(inbound_events.c.id, func.length(inbound_events.c.body))
            .where(_WAITING)
            .order_by(inbound_events.c.id)
            .limit(limit)
        )
        query = select(
            inbound_events.c.id,
            inbound_events.c.source,
            inbound_events.c.received_at,
            inbound_events.c.body,
        ).order_by(inbound_events.c.id)
        with translated():
            async with self._reading.connect() as connection:
                ids = _within_memory((await connection.execute(sizes)).all())
                rows = (await connection.execute(query.where(inbound_events.c.id.in_(ids)))).all()
        return [
            InboundEvent(
                id=row.id, source=AlertSource(row.source), received_at=row.received_at, body=row.body
            )
            for row in rows
        ]

    async def mark_dispatched(self, event_ids: Sequence[int], at: datetime) -> None:
        if not event_ids:
            return
        await self._committer.write(_mark_events, [{"event_id": id_, "at": at} for id_ in event_ids])

    async def delete_dispatched(self, before: datetime, limit: int) -> int:
        oldest = (
            select(inbound_events.c.id, inbound_events.c.received_at)
            .where(~_WAITING)
            .order_by(inbound_events.c.id)
            .limit(limit)
        )
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(oldest)).all()
        # They came in this order, but for moments: the first young one ends the search.
        old = list(takewhile(lambda row: row.received_at < before, rows))
        if old:
            await self._committer.write(_delete_events, [{"event_id": row.id} for row in old])
        return len(old)

    async def prove_commit(self, at: datetime) -> None:
        """Commit something small. Raises TransientError while an alert could not be committed either."""
        await self._committer.write(_write_proof, [{"at": at}])

    async def waiting_alert(self, alert_id: str) -> datetime | None:
        query = select(func.min(inbound_events.c.received_at)).where(
            _WAITING, inbound_events.c.alert_ids.contains(alert_id, autoescape=True)
        )
        with translated():
            async with self._reading.connect() as connection:
                received_at: datetime | None = (await connection.execute(query)).scalar_one_or_none()
        return received_at

    async def backlog(self) -> Backlog:
        query = select(func.count(), func.min(inbound_events.c.received_at)).where(_WAITING)
        with translated():
            async with self._reading.connect() as connection:
                count, oldest = (await connection.execute(query)).one()
        return Backlog(events=count, oldest_received_at=oldest)


def _within_memory(sizes: Sequence[Any]) -> list[int]:
    """The first ids whose bodies fit into memory together, at least one."""
    total_bytes = list(accumulate(size_bytes for _, size_bytes in sizes))
    return [
        id_
        for position, ((id_, _), total) in enumerate(zip(sizes, total_bytes, strict=True))
        if position == 0 or total <= MAX_BYTES_AT_ONCE
    ]
