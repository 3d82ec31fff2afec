"""Nothing that goes wrong once stops what comes after it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, text

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.group_commit import GroupCommitter
from issue_intelligence.ports.errors import PermanentError

CREATE = text("CREATE TABLE kept (name TEXT NOT NULL UNIQUE)")


def insert_rows(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(text("INSERT INTO kept (name) VALUES (:name)"), list(rows))


def break_unexpectedly(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    raise KeyError("a bug of ours")


async def kept(databases: Databases) -> list[str]:
    async with databases.intake.connect() as connection:
        return sorted((await connection.execute(text("SELECT name FROM kept"))).scalars())


@pytest.fixture(autouse=True)
async def _table(databases: Databases) -> None:
    async with databases.intake.begin() as connection:
        await connection.execute(CREATE)


@pytest.fixture
async def small_batches(databases: Databases) -> AsyncIterator[GroupCommitter]:
    started = GroupCommitter(databases.intake_writer, max_batch=50)
    started.start()
    yield started
    await started.stop()


async def test_more_than_fits_one_batch_is_committed_in_several(
    small_batches: GroupCommitter, databases: Databases
) -> None:
    names = [f"row-{number:03d}" for number in range(200)]
    await asyncio.gather(*(small_batches.write(insert_rows, [{"name": name}]) for name in names))
    assert await kept(databases) == names


async def test_a_refused_row_costs_the_others_of_its_batch_nothing(
    committer: GroupCommitter, databases: Databases
) -> None:
    await committer.write(insert_rows, [{"name": "twin"}])
    results = await asyncio.gather(
        *(committer.write(insert_rows, [{"name": name}]) for name in ("first", "twin", "last")),
        return_exceptions=True,
    )
    assert await kept(databases) == ["first", "last", "twin"]
    assert [type(result) for result in results] == [type(None), PermanentError, type(None)]


async def test_a_write_that_breaks_does_not_stop_the_next(
    committer: GroupCommitter, databases: Databases
) -> None:
    with pytest.raises(PermanentError, match="KeyError"):
        await committer.write(break_unexpectedly, [{"name": "lost"}])
    await committer.write(insert_rows, [{"name": "next"}])
    assert await kept(databases) == ["next"]
