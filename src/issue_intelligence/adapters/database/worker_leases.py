"""The workers' leases on PostgreSQL. All times are the database's: hosts may disagree about theirs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, delete, event, extract, func, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from issue_intelligence.adapters.database.engines import READ_ONLY
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.worker_tables import worker_leases
from issue_intelligence.ports.errors import StorageError
from issue_intelligence.ports.worker_leases import WorkerLease

# An arbitrary number that only the turn uses.
_TURN = 7_203_114_504
# now() is when the transaction began, and one may have waited for a lock since.
_NOW = func.clock_timestamp()
_HAS_RUN_OUT = worker_leases.c.expires_at <= _NOW


class DatabaseWorkerLeases:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def take(self, lease_id: str, *, version: str, seconds: float) -> None:
        row = {
            "id": lease_id,
            "version": version,
            "started_at": _NOW,
            "renewed_at": _NOW,
            "expires_at": _in(seconds),
        }
        with translated():
            async with self._engine.begin() as connection:
                await connection.execute(insert(worker_leases).values(row))

    async def renew(self, lease_id: str, *, seconds: float) -> bool:
        statement = (
            update(worker_leases)
            .where(worker_leases.c.id == lease_id)
            .values(renewed_at=_NOW, expires_at=_in(seconds))
        )
        with translated():
            async with self._engine.begin() as connection:
                return (await connection.execute(statement)).rowcount > 0

    async def end(self, lease_id: str) -> None:
        with translated():
            async with self._engine.begin() as connection:
                await connection.execute(delete(worker_leases).where(worker_leases.c.id == lease_id))

    async def end_expired(self) -> list[str]:
        # One whose holder froze in mid-write is skipped: the server soon ends that transaction,
        # and the next round ends the lease.
        run_out = select(worker_leases.c.id).where(_HAS_RUN_OUT).with_for_update(skip_locked=True)
        statement = delete(worker_leases).where(worker_leases.c.id.in_(run_out)).returning(worker_leases.c.id)
        with translated():
            async with self._engine.begin() as connection:
                return list((await connection.execute(statement)).scalars())

    async def all(self) -> list[WorkerLease]:
        query = select(
            worker_leases,
            extract("epoch", _NOW - worker_leases.c.renewed_at).label("age"),
            _HAS_RUN_OUT.label("is_expired"),
        ).order_by(worker_leases.c.started_at, worker_leases.c.id)
        with translated():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).all()
        return [
            WorkerLease(
                id=row.id,
                version=row.version,
                started_at=row.started_at,
                renewed_seconds_ago=float(row.age),
                is_expired=row.is_expired,
            )
            for row in rows
        ]

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        mine = select(func.pg_try_advisory_xact_lock(_TURN))
        count = select(func.count()).select_from(worker_leases)
        with translated():
            async with self._engine.begin() as connection:
                has_it = (await connection.execute(mine)).scalar_one()
                yield (await connection.execute(count)).scalar_one() if has_it else 0


def fence_writes(engine: AsyncEngine, lease_id: str) -> None:
    """Let every writing transaction of this engine fail once the lease was ended.

    It holds the lease's row for as long as it writes, so that ending the lease waits for it, and what
    begins later finds no row. A renewal does not wait, since it changes no key.
    """
    hold = text("SELECT 1 FROM worker_leases WHERE id = :id FOR KEY SHARE")

    @event.listens_for(engine.sync_engine, "begin")
    def hold_lease(connection: Connection) -> None:
        if connection.get_execution_options().get(READ_ONLY, False):
            return
        if connection.execute(hold, {"id": lease_id}).one_or_none() is None:
            raise StorageError("another process has taken over the work of this one")


def _in(seconds: float) -> Any:
    return _NOW + func.make_interval(0, 0, 0, 0, 0, 0, literal(seconds))
