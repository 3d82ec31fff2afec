"""A world for each test, on each kind of database: nothing has happened yet, and the shop is well."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from issue_intelligence.adapters.database.report_tables import remediation_intents
from tests.pipeline.journey_parts import Stage, staged
from tests.pipeline.world import World, a_world


@pytest.fixture
def clear_attempts(world: World) -> Callable[[], Awaitable[None]]:
    """What operations.md tells a person to do: earlier attempts count no more."""

    async def clear() -> None:
        async with world.stores.databases.pipeline.begin() as connection:
            await connection.execute(update(remediation_intents).values(cleared_at=world.clock.now()))

    return clear


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    async with a_world(tmp_path, database_url=database_url) as fresh:
        yield fresh


@pytest.fixture
async def stage(tmp_path: Path, database_url: str) -> AsyncIterator[Stage]:
    async with staged(tmp_path, database_url=database_url) as fresh:
        yield fresh
