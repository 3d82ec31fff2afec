"""Incidents that a person has split before we looked at them: each stands for itself."""

from typing import Any

from sqlalchemy import update

from issue_intelligence.adapters.database.tables import incidents
from issue_intelligence.ports.incident_store import Run
from tests.pipeline.world import World


async def receive_apart(world: World, *alerts: dict[str, Any]) -> None:
    await world.receive(*alerts)
    while await world.intake().dispatch(200):
        pass
    async with world.stores.databases.pipeline.begin() as connection:
        await connection.execute(update(incidents).values(kept_apart=True))


async def work_apart(world: World, *alerts: dict[str, Any]) -> list[Run]:
    await receive_apart(world, *alerts)
    return await world.work()
