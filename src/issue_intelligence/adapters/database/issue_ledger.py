"""The issue ledger on SQLite or PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.findings import upsert
from issue_intelligence.adapters.database.report_tables import audit, effects, issue_decisions, tracked_issues
from issue_intelligence.core.report.issue_limit import HOUR, turn_of_creation
from issue_intelligence.ports.issue_ledger import (
    LOCAL_FILES,
    Effect,
    EffectKind,
    EffectState,
    IssueLink,
)

# Any number, the same in every process: who holds it counts the creations of the last hour alone.
_CREATION_LOCK = 4_710_001


class DatabaseIssueLedger:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def link(self, issue_key: str) -> IssueLink | None:
        with translated():
            async with self._reading.connect() as connection:
                row = (
                    await connection.execute(
                        select(tracked_issues).where(tracked_issues.c.issue_key == issue_key)
                    )
                ).one_or_none()
        if row is None:
            return None
        return IssueLink(
            issue_key=row.issue_key,
            number=row.number,
            url=row.url,
            created_at=row.created_at,
            generation=row.generation,
            place=row.place,
        )

    async def intend(
        self, effect: Effect, now: datetime, *, creations_per_hour: int | None = None
    ) -> EffectState:
        row = _row(effect, now)
        with translated():
            async with self._writing.begin() as connection:
                if effect.kind is EffectKind.CREATE and creations_per_hour is not None:
                    await _one_at_a_time(connection)
                    if await _is_over_limit(connection, effect.marker, creations_per_hour, now):
                        await _postpone(connection, row)
                        return EffectState.OVER_LIMIT
                statement = upsert(connection, effects).values(row).on_conflict_do_nothing()
                if (await connection.execute(statement.returning(effects.c.marker))).one_or_none():
                    return EffectState.NEW
                stored = (
                    await connection.execute(
                        select(effects).where(effects.c.marker == effect.marker).with_for_update()
                    )
                ).one()
                ours = stored.incident_id == effect.incident_id
                if stored.state == "done":
                    return EffectState.DONE if ours else EffectState.DONE_BY_OTHER
                if stored.state == "intended" and not ours:
                    return EffectState.TAKEN
                take_over = (
                    update(effects)
                    .where(effects.c.marker == effect.marker)
                    .values(state="intended", incident_id=effect.incident_id, revision=effect.revision)
                )
                await connection.execute(take_over)
                return EffectState.UNKNOWN

    async def postpone(self, effect: Effect, now: datetime) -> None:
        with translated():
            async with self._writing.begin() as connection:
                await _postpone(connection, _row(effect, now))

    async def is_waiting(self, incident_id: str) -> bool:
        query = select(effects.c.marker).where(
            effects.c.incident_id == incident_id,
            effects.c.kind == EffectKind.CREATE.value,
            effects.c.state == "waiting",
        )
        with translated():
            async with self._reading.connect() as connection:
                return (await connection.execute(query.limit(1))).one_or_none() is not None

    async def intended_at(self, marker: str) -> datetime | None:
        query = select(effects.c.intended_at).where(effects.c.marker == marker)
        with translated():
            async with self._reading.connect() as connection:
                return (await connection.execute(query)).scalar_one_or_none()

    async def creations(self, now: datetime, *, besides: str = "") -> Sequence[datetime]:
        with translated():
            async with self._reading.connect() as connection:
                return await _creations(connection, now, besides=besides)

    async def is_done(self, marker: str) -> bool:
        with translated():
            async with self._reading.connect() as connection:
                return await _state(connection, marker) == "done"

    async def complete(
        self, effect: Effect, *, number: int, url: str, now: datetime, place: str = LOCAL_FILES
    ) -> None:
        done = (
            update(effects)
            .where(effects.c.marker == effect.marker, effects.c.state != "done")
            .values(state="done", done_at=now, issue_number=number)
            .returning(effects.c.marker)
        )
        with translated():
            async with self._writing.begin() as connection:
                if (await connection.execute(done)).one_or_none() is None:
                    return
                if effect.kind is EffectKind.CREATE:
                    statement = upsert(connection, tracked_issues).values(
                        issue_key=effect.issue_key,
                        place=place,
                        number=number,
                        url=url,
                        created_at=now,
                        generation=0,
                    )
                    await connection.execute(
                        statement.on_conflict_do_update(
                            index_elements=["issue_key"],
                            set_={
                                "place": place,
                                "number": number,
                                "url": url,
                                "created_at": now,
                                "generation": tracked_issues.c.generation + 1,
                            },
                        )
                    )
                await connection.execute(
                    insert(audit).values(
                        at=now,
                        actor="system",
                        action=f"issue_{effect.kind.value}",
                        subject=f"incident/{effect.incident_id}",
                        details={"issue_number": number, "url": url, "revision": effect.revision},
                    )
                )

    async def give_up(self, incident_id: str, revision: int, reason: str) -> None:
        statement = (
            update(effects)
            .where(
                effects.c.incident_id == incident_id,
                effects.c.revision == revision,
                effects.c.state == "intended",
            )
            .values(state="failed", reason=reason)
        )
        with translated():
            async with self._writing.begin() as connection:
                await connection.execute(statement)

    async def note_decision(
        self, incident_id: str, revision: int, *, action: str, reason: str, now: datetime
    ) -> None:
        said = {"action": action, "reason": reason, "decided_at": now}
        with translated():
            async with self._writing.begin() as connection:
                statement = upsert(connection, issue_decisions).values(
                    incident_id=incident_id, revision=revision, **said
                )
                await connection.execute(
                    statement.on_conflict_do_update(index_elements=["incident_id", "revision"], set_=said)
                )


def _row(effect: Effect, now: datetime) -> dict[str, Any]:
    return {
        "marker": effect.marker,
        "kind": effect.kind.value,
        "incident_id": effect.incident_id,
        "revision": effect.revision,
        "issue_key": effect.issue_key,
        "issue_number": effect.issue_number,
        "state": "intended",
        "intended_at": now,
        "reason": "",
    }


async def _postpone(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    waiting = {"state": "waiting", "incident_id": row["incident_id"], "revision": row["revision"]}
    statement = upsert(connection, effects).values({**row, **waiting})
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["marker"],
            set_=waiting,
            where=effects.c.state.in_(("failed", "waiting")),
        )
    )


async def _state(connection: AsyncConnection, marker: str) -> str | None:
    query = select(effects.c.state).where(effects.c.marker == marker)
    state: str | None = (await connection.execute(query)).scalar_one_or_none()
    return state


async def _is_over_limit(connection: AsyncConnection, marker: str, limit: int, now: datetime) -> bool:
    # One that was let in before has its place, or a crash would put it at the end of the queue.
    if await _state(connection, marker) in ("intended", "done"):
        return False
    before = await _creations(connection, now, besides=marker)
    return turn_of_creation(before, limit=limit, now=now) is not None


async def _creations(connection: AsyncConnection, now: datetime, *, besides: str) -> Sequence[datetime]:
    # Runs under way count whenever they began: they may create at any moment.
    recent = or_(
        effects.c.state == "intended", and_(effects.c.state == "done", effects.c.done_at > now - HOUR)
    )
    query = select(effects.c.state, effects.c.done_at).where(
        effects.c.kind == EffectKind.CREATE.value, effects.c.marker != besides, recent
    )
    rows = (await connection.execute(query)).all()
    return sorted(row.done_at if row.state == "done" else now for row in rows)


async def _one_at_a_time(connection: AsyncConnection) -> None:
    """Let no other process count creations before we have committed; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_CREATION_LOCK)))
