"""Which incidents are part of which, on SQLite or PostgreSQL.

An incident that leads is part of none: whoever joins it to another takes along all that is part of it, in
one transaction, so there is never a chain and never a cycle.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.codec import decode, encode
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.findings import upsert
from issue_intelligence.adapters.database.incident_peers import (
    find_incident,
    incident_of,
    members_of,
    peer_of,
    peer_rows,
    peers_near,
    peers_of,
)
from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.recording import take_turn
from issue_intelligence.adapters.database.report_tables import audit
from issue_intelligence.adapters.database.tables import incident_traits, incidents, verdicts
from issue_intelligence.core.decide.traits import told_once
from issue_intelligence.core.model.correlation import Correlation, IncidentTraits, Member, Move, Peer
from issue_intelligence.core.model.incident import Incident, IncidentStatus, JoinReason
from issue_intelligence.ports.incident_joins import Decide, JoinRefusedError
from issue_intelligence.ports.incident_store import Run


class DatabaseIncidentJoins:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def correlate(
        self, run: Run, traits: IncidentTraits, now: datetime, *, recent: timedelta, decide: Decide
    ) -> Correlation:
        with translated():
            async with self._writing.begin() as connection:
                await take_turn(connection)
                done = await _correlation_of(connection, run)
                if done is not None:
                    return done
                mine = await peer_of(connection, run.incident_id)
                traits = told_once(traits, mine)
                others = await peers_of(connection, peers_near(mine.incident, now - recent))
                decided = decide(Peer(incident=mine.incident, traits=traits), others, mine.traits is None)
                if decided.released:
                    await connection.execute(_stand_alone(run.incident_id))
                for move in decided.moves:
                    await _join(connection, move, by="", now=now, besides=run.incident_id)
                await _save_traits(connection, run.incident_id, traits)
                correlation = Correlation(
                    joined=(await incident_of(connection, run.incident_id)).joined,
                    released=decided.released,
                    members=tuple(member.id for member in await members_of(connection, run.incident_id)),
                )
                await _save_correlation(connection, run, correlation)
        return correlation

    async def peers_of_services(self, services: Sequence[str]) -> list[Peer]:
        names = {name.casefold() for name in services}
        if not names:
            return []
        query = peer_rows().where(
            func.lower(incidents.c.service).in_(names), incidents.c.status == IncidentStatus.OPEN.value
        )
        with translated():
            async with self._reading.connect() as connection:
                return await peers_of(connection, query)

    async def members(self, incident_id: str) -> list[Member]:
        with translated():
            async with self._reading.connect() as connection:
                return await members_of(connection, incident_id)

    async def issue_key_of(self, incident_id: str) -> str:
        query = select(incidents.c.issue_key).where(incidents.c.id == incident_id)
        with translated():
            async with self._reading.connect() as connection:
                return (await connection.execute(query)).scalar_one_or_none() or ""

    async def wake_members(self, incident_id: str, at: datetime) -> None:
        later = or_(incidents.c.recheck_at.is_(None), incidents.c.recheck_at > at)
        statement = (
            update(incidents)
            .where(
                incidents.c.joined_to == incident_id, incidents.c.status == IncidentStatus.OPEN.value, later
            )
            .values(recheck_at=at)
        )
        with translated():
            async with self._writing.begin() as connection:
                await take_turn(connection)
                await connection.execute(statement)

    async def merge(self, incident_id: str, *, into: str, by: str, note: str, now: datetime) -> None:
        with translated():
            async with self._writing.begin() as connection:
                await take_turn(connection)
                mine, target = (
                    await incident_of(connection, incident_id),
                    await find_incident(connection, into),
                )
                leader = await _leader_to_merge_into(connection, mine, target)
                text = (
                    f"{by} joined it to {leader.alert_name} of {leader.service}{f': {note}' if note else '.'}"
                )
                move = Move(incident_id=incident_id, into=leader.id, reason=JoinReason.PERSON, text=text)
                await _join(connection, move, by=by, now=now)
                details = {"into": leader.id, "note": note}
                await _audit(connection, "incident_merge", incident_id, by=by, details=details, now=now)

    async def split(self, incident_id: str, *, by: str, note: str, now: datetime) -> None:
        with translated():
            async with self._writing.begin() as connection:
                await take_turn(connection)
                mine = await incident_of(connection, incident_id)
                if mine.joined is None:
                    raise JoinRefusedError("id", "it is part of no other incident")
                await connection.execute(_stand_alone(incident_id, kept_apart=True))
                await connection.execute(_look_again(incidents.c.id.in_([incident_id, mine.joined.into])))
                details = {"from": mine.joined.into, "note": note}
                await _audit(connection, "incident_split", incident_id, by=by, details=details, now=now)

    async def count_leading_incidents(self) -> int:
        query = select(func.count()).where(incidents.c.joined_to.is_(None))
        with translated():
            async with self._reading.connect() as connection:
                return (await connection.execute(query)).scalar_one()


async def _correlation_of(connection: AsyncConnection, run: Run) -> Correlation | None:
    query = select(verdicts.c.correlation).where(
        verdicts.c.incident_id == run.incident_id, verdicts.c.revision == run.revision
    )
    text = (await connection.execute(query)).scalar_one_or_none()
    return decode(text, Correlation) if text else None


async def _save_correlation(connection: AsyncConnection, run: Run, correlation: Correlation) -> None:
    await connection.execute(
        update(verdicts)
        .where(verdicts.c.incident_id == run.incident_id, verdicts.c.revision == run.revision)
        .values(correlation=encode(correlation))
    )


async def _save_traits(connection: AsyncConnection, incident_id: str, traits: IncidentTraits) -> None:
    row = {"incident_id": incident_id, "traits": encode(traits)}
    statement = upsert(connection, incident_traits).values(row)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["incident_id"], set_={"traits": row["traits"]})
    )


async def _leader_to_merge_into(
    connection: AsyncConnection, mine: Incident, target: Incident | None
) -> Incident:
    if target is None:
        raise JoinRefusedError("into", "there is no such incident")
    if target.id == mine.id:
        raise JoinRefusedError("into", "an incident cannot be part of itself")
    if mine.status is IncidentStatus.CLOSED:
        raise JoinRefusedError("id", "it is closed")
    leader = target if target.joined is None else await incident_of(connection, target.joined.into)
    if leader.id == mine.id:
        raise JoinRefusedError("into", "it is part of this incident already; split it off first")
    if leader.status is IncidentStatus.CLOSED:
        raise JoinRefusedError("into", "it is closed")
    if mine.joined is not None and mine.joined.into == leader.id:
        raise JoinRefusedError("into", "this incident is part of it already")
    return leader


async def _join(
    connection: AsyncConnection, move: Move, *, by: str, now: datetime, besides: str = ""
) -> None:
    """Do what was decided, with all that is part of the one that moves; `besides` has its look already."""
    values = {
        "joined_to": move.into,
        "join_reason": move.reason.value,
        "join_text": move.text,
        "joined_at": now,
        "joined_by": fitting(by, incidents.c.joined_by),
        "kept_apart": False,
    }
    await connection.execute(update(incidents).where(incidents.c.id == move.incident_id).values(values))
    along = update(incidents).where(incidents.c.joined_to == move.incident_id)
    await connection.execute(along.values(joined_to=move.into, joined_at=now))
    told = [each for each in (move.incident_id, move.into) if each != besides]
    await connection.execute(_look_again(incidents.c.id.in_(told)))


def _stand_alone(incident_id: str, *, kept_apart: bool = False) -> Any:
    nothing = dict.fromkeys(("joined_to", "join_reason", "join_text", "joined_at", "joined_by"))
    return update(incidents).where(incidents.c.id == incident_id).values(**nothing, kept_apart=kept_apart)


def _look_again(which: ColumnElement[bool]) -> Any:
    """Ask for a look, unless one waits already: it will see this too."""
    next_look = incidents.c.started_revision + 1
    return (
        update(incidents)
        .where(which, incidents.c.status != IncidentStatus.CLOSED.value)
        .values(revision=case((incidents.c.revision > next_look, incidents.c.revision), else_=next_look))
    )


async def _audit(
    connection: AsyncConnection,
    action: str,
    incident_id: str,
    *,
    by: str,
    details: dict[str, str],
    now: datetime,
) -> None:
    await connection.execute(
        insert(audit).values(
            at=now,
            actor=fitting(by, audit.c.actor),
            action=action,
            subject=f"incident/{incident_id}",
            details=details,
        )
    )
