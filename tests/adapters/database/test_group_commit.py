"""What waits is committed together, and nothing that goes wrong once stops what comes after."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL

from issue_intelligence.adapters.database.engines import sync_engine
from issue_intelligence.adapters.database.group_commit import GroupCommitter
from issue_intelligence.ports.errors import PermanentError, TransientError


def insert_rows(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(text("INSERT INTO kept (name) VALUES (:name)"), list(rows))


def break_unexpectedly(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    raise KeyError("a bug of ours")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = sync_engine(URL.create("sqlite", database=str(tmp_path / "kept.db")))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (name TEXT NOT NULL UNIQUE)"))
    return engine


@asynccontextmanager
async def running(engine: Engine, **limits: int) -> AsyncIterator[GroupCommitter]:
    committer = GroupCommitter(engine, **limits)
    committer.start()
    try:
        yield committer
    finally:
        await committer.stop()
        engine.dispose()


def kept(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.execute(text("SELECT name FROM kept")).scalars())


async def test_many_writes_at_once_are_all_committed(engine: Engine) -> None:
    names = [f"row-{number:03d}" for number in range(200)]
    async with running(engine, max_batch=50) as committer:
        await asyncio.gather(*(committer.write(insert_rows, [{"name": name}]) for name in names))

        assert kept(engine) == names


async def test_a_refused_row_costs_the_others_of_its_batch_nothing(engine: Engine) -> None:
    async with running(engine) as committer:
        await committer.write(insert_rows, [{"name": "twin"}])
        results = await asyncio.gather(
            *(committer.write(insert_rows, [{"name": name}]) for name in ("first", "twin", "last")),
            return_exceptions=True,
        )

        assert kept(engine) == ["first", "last", "twin"]
        assert [type(result) for result in results] == [type(None), PermanentError, type(None)]


async def test_a_write_that_breaks_does_not_stop_the_next(engine: Engine) -> None:
    async with running(engine) as committer:
        with pytest.raises(PermanentError, match="KeyError"):
            await committer.write(break_unexpectedly, [{"name": "lost"}])
        await committer.write(insert_rows, [{"name": "next"}])

        assert kept(engine) == ["next"]


async def test_a_full_database_refuses_and_recovers(engine: Engine) -> None:
    async with running(engine) as committer:
        await committer.write(insert_rows, [{"name": "before"}])
        with engine.connect() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()

        def write_into_a_full_file(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
            connection.execute(text(f"PRAGMA max_page_count={pages}"))
            insert_rows(connection, rows)

        with pytest.raises(TransientError, match="full"):
            await committer.write(write_into_a_full_file, [{"name": "x" * 100_000}])
        # The limit went away with the connection that the committer gave up.
        await committer.write(insert_rows, [{"name": "after"}])

        assert kept(engine) == ["after", "before"]


async def test_a_request_that_was_cancelled_is_committed_all_the_same(engine: Engine) -> None:
    async with running(engine) as committer:
        writing = asyncio.create_task(committer.write(insert_rows, [{"name": "hung up"}]))
        await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await committer.write(insert_rows, [{"name": "later"}])

        assert kept(engine) == ["hung up", "later"]


async def test_a_full_queue_refuses_at_once(engine: Engine) -> None:
    async with running(engine, max_waiting_bytes=100) as committer:
        with pytest.raises(TransientError, match="too many"):
            await committer.write(insert_rows, [{"name": "big"}], size_bytes=101)
        await committer.write(insert_rows, [{"name": "small"}], size_bytes=99)

        assert kept(engine) == ["small"]


async def test_stopping_commits_what_waits_and_refuses_what_comes(engine: Engine) -> None:
    async with running(engine) as committer:
        writing = asyncio.create_task(committer.write(insert_rows, [{"name": "waiting"}]))
        await asyncio.sleep(0)
        await committer.stop()
        await writing
        with pytest.raises(TransientError, match="stopping"):
            await committer.write(insert_rows, [{"name": "late"}])

        assert kept(engine) == ["waiting"]
