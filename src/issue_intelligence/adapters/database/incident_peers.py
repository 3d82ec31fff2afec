"""Reads incidents with what they are held against each other by."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.codec import decode
from issue_intelligence.adapters.database.incident_rows import incident_from, join_from
from issue_intelligence.adapters.database.report_tables import remediation_intents
from issue_intelligence.adapters.database.tables import incident_traits, incidents
from issue_intelligence.core.model.correlation import IncidentTraits, Member, Peer
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.remediation import Outcome
from issue_intelligence.ports.errors import PermanentError

# The newest are held against; a storm of more incidents than this is past telling apart.
MAX_PEERS = 2_000
_HELPED = (remediation_intents.c.outcome == Outcome.HELPED.value) & remediation_intents.c.relapsed_at.is_(
    None
)
_REPAIRED_AT = case((_HELPED, remediation_intents.c.proven_at), else_=None)


def peer_rows() -> Select[Any]:
    joined = incident_traits.c.incident_id == incidents.c.id
    return (
        select(incidents, incident_traits.c.traits, _REPAIRED_AT.label("repaired_at"))
        .join(incident_traits, joined, isouter=True)
        .join(remediation_intents, remediation_intents.c.incident_id == incidents.c.id, isouter=True)
    )


def peers_near(mine: Incident, since: datetime) -> Select[Any]:
    alive = or_(
        incidents.c.status == IncidentStatus.OPEN.value,
        (incidents.c.status == IncidentStatus.RESOLVED.value) & (incidents.c.resolved_at >= since),
    )
    # What leads ours counts, however old it is.
    leads = incidents.c.id == (mine.joined.into if mine.joined else "")
    newest = (leads.desc(), incidents.c.opened_at.desc())
    wanted = peer_rows().where(incidents.c.id != mine.id, alive)
    return wanted.order_by(*newest).limit(MAX_PEERS)


async def peers_of(connection: AsyncConnection, query: Select[Any]) -> list[Peer]:
    return [_peer_from(row) for row in await connection.execute(query)]


async def peer_of(connection: AsyncConnection, incident_id: str) -> Peer:
    row = (await connection.execute(peer_rows().where(incidents.c.id == incident_id))).one_or_none()
    if row is None:
        raise PermanentError(f"there is no incident {incident_id}")
    return _peer_from(row)


def _peer_from(row: Row[Any]) -> Peer:
    traits = decode(row.traits, IncidentTraits) if row.traits else None
    return Peer(incident=incident_from(row), traits=traits, repaired_at=row.repaired_at)


async def find_incident(connection: AsyncConnection, incident_id: str) -> Incident | None:
    row = (await connection.execute(select(incidents).where(incidents.c.id == incident_id))).one_or_none()
    return None if row is None else incident_from(row)


async def incident_of(connection: AsyncConnection, incident_id: str) -> Incident:
    found = await find_incident(connection, incident_id)
    if found is None:
        raise PermanentError(f"there is no incident {incident_id}")
    return found


async def members_of(connection: AsyncConnection, incident_id: str) -> list[Member]:
    query = (
        peer_rows()
        .where(incidents.c.joined_to == incident_id)
        .order_by(incidents.c.joined_at, incidents.c.opened_at, incidents.c.id)
    )
    found = []
    for row in await connection.execute(query):
        join = join_from(row)
        if join is not None:
            traits = decode(row.traits, IncidentTraits) if row.traits else None
            found.append(
                Member(
                    id=row.id,
                    service=row.service,
                    alert_name=row.alert_name,
                    severity=traits.severity if traits and traits.tells else None,
                    join=join,
                )
            )
    return found
