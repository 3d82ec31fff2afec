"""A world for each test, on each kind of database: nothing has happened yet, and the shop is well."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.pipeline.journey_parts import Stage, staged
from tests.pipeline.world import World, a_world


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    async with a_world(tmp_path, database_url=database_url) as fresh:
        yield fresh


@pytest.fixture
async def stage(tmp_path: Path, database_url: str) -> AsyncIterator[Stage]:
    async with staged(tmp_path, database_url=database_url) as fresh:
        yield fresh
