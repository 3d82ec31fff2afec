"""Nothing that goes wrong once stops what comes after it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL

from issue_intelligence.adapters.database.engines import Databases, sync_engine
from issue_intelligence.adapters.database.group_commit import GroupCommitter
from issue_intelligence.ports.errors import PermanentError, TransientError

CREATE = text("CREATE TABLE kept (name TEXT NOT NULL UNIQUE)")


def insert_rows(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(text("INSERT INTO kept (name) VALUES (:name)"), list(rows))


def break_unexpectedly(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    raise KeyError("a bug of ours")


def kept(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.execute(text("SELECT name FROM kept")).scalars())


@pytest.fixture
def engine(databases: Databases) -> Engine:
    with databases.intake_writer.begin() as connection:
        connection.execute(CREATE)
    return databases.intake_writer


@pytest.fixture
async def small_batches(engine: Engine) -> AsyncIterator[GroupCommitter]:
    started = GroupCommitter(engine, max_batch=50)
    started.start()
    yield started
    await started.stop()


async def test_more_than_fits_one_batch_is_committed_in_several(
    small_batches: GroupCommitter, engine: Engine
) -> None:
    names = [f"row-{number:03d}" for number in range(200)]
    await asyncio.gather(*(small_batches.write(insert_rows, [{"name": name}]) for name in names))
    assert kept(engine) == names


async def test_a_refused_row_costs_the_others_of_its_batch_nothing(
    committer: GroupCommitter, engine: Engine
) -> None:
    await committer.write(insert_rows, [{"name": "twin"}])
    results = await asyncio.gather(
        *(committer.write(insert_rows, [{"name": name}]) for name in ("first", "twin", "last")),
        return_exceptions=True,
    )
    assert kept(engine) == ["first", "last", "twin"]
    assert [type(result) for result in results] == [type(None), PermanentError, type(None)]


async def test_a_write_that_breaks_does_not_stop_the_next(committer: GroupCommitter, engine: Engine) -> None:
    with pytest.raises(PermanentError, match="KeyError"):
        await committer.write(break_unexpectedly, [{"name": "lost"}])
    await committer.write(insert_rows, [{"name": "next"}])
    assert kept(engine) == ["next"]


async def test_a_full_sqlite_file_refuses_and_recovers(tmp_path: Path) -> None:
    engine = sync_engine(URL.create("sqlite", database=str(tmp_path / "kept.db")))
    committer = GroupCommitter(engine)
    committer.start()
    with engine.begin() as connection:
        connection.execute(CREATE)
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def write_into_a_full_file(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
        insert_rows(connection, rows)

    with pytest.raises(TransientError, match="full"):
        await committer.write(write_into_a_full_file, [{"name": "x" * 100_000}])
    # The limit went away with the connection that the committer gave up.
    await committer.write(insert_rows, [{"name": "after"}])
    assert kept(engine) == ["after"]
    await committer.stop()
    engine.dispose()
