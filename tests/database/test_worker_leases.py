"""Leases on a real PostgreSQL: its clock decides, and a lease that was ended stops its holder's writes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from issue_intelligence.adapters.database.dead_letters import DatabaseDeadLetters
from issue_intelligence.adapters.database.engines import Databases, database_urls, open_databases
from issue_intelligence.adapters.database.worker_leases import DatabaseWorkerLeases, fence_writes
from issue_intelligence.ports.dead_letters import DeadLetter
from issue_intelligence.ports.errors import StorageError

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LETTER = DeadLetter(step="decide", incident_id="a", revision=1, reason="a bug", at=NOW)
LONG = 600.0
# Run out when it is taken.
OVER = -1.0


@asynccontextmanager
async def process(url: str) -> AsyncIterator[tuple[Databases, DatabaseWorkerLeases]]:
    databases = open_databases(database_urls(url, Path()))
    assert databases.leases is not None
    try:
        yield databases, DatabaseWorkerLeases(databases.leases)
    finally:
        await databases.dispose()


@pytest.fixture
async def leases(postgres_url: str) -> AsyncIterator[DatabaseWorkerLeases]:
    async with process(postgres_url) as (_, leases):
        yield leases


async def _take(leases: DatabaseWorkerLeases, name: str, *, seconds: float = LONG) -> None:
    await leases.take(name, version="journey-1", seconds=seconds)


async def test_lease_shows_who_works_and_when_it_was_seen(leases: DatabaseWorkerLeases) -> None:
    await _take(leases, "first")
    await _take(leases, "second", seconds=OVER)
    first, second = await leases.all()
    assert (first.id, first.version, first.is_expired) == ("first", "journey-1", False)
    assert 0 <= first.renewed_seconds_ago < LONG
    assert first.started_at.tzinfo is not None
    assert (second.id, second.is_expired) == ("second", True)


async def test_only_leases_that_ran_out_are_ended(leases: DatabaseWorkerLeases) -> None:
    await _take(leases, "living")
    await _take(leases, "silent", seconds=OVER)
    assert await leases.end_expired() == ["silent"]
    assert [lease.id for lease in await leases.all()] == ["living"]


async def test_lease_that_ran_out_can_be_renewed_until_someone_ends_it(leases: DatabaseWorkerLeases) -> None:
    await _take(leases, "slow", seconds=OVER)
    assert await leases.renew("slow", seconds=LONG)
    assert await leases.end_expired() == []
    await leases.end("slow")
    assert not await leases.renew("slow", seconds=LONG)


async def test_one_process_at_a_time_has_the_turn(postgres_url: str) -> None:
    async with process(postgres_url) as (_, one), process(postgres_url) as (_, other):
        await _take(one, "one")
        await _take(other, "other")
        async with one.turn() as workers, other.turn() as none:
            assert (workers, none) == (2, 0)
        async with other.turn() as workers:
            assert workers == 2


async def test_turn_ends_with_the_block_also_when_it_fails(postgres_url: str) -> None:
    async with process(postgres_url) as (_, one), process(postgres_url) as (_, other):
        await _take(one, "one")
        with pytest.raises(RuntimeError):
            async with one.turn():
                raise RuntimeError("surprise")
        async with other.turn() as workers:
            assert workers == 1


async def test_process_whose_lease_was_ended_writes_nothing(postgres_url: str) -> None:
    async with process(postgres_url) as (databases, leases):
        await _take(leases, "me")
        fence_writes(databases.pipeline, "me")
        letters = DatabaseDeadLetters(databases)
        await letters.add(LETTER)
        await leases.end("me")
        with pytest.raises(StorageError, match="taken over"):
            await letters.mended(LETTER.incident_id, NOW, before_revision=2)
        # It may still read, and what it wrote before stays.
        assert await letters.count_open() == 1


async def test_lease_in_mid_write_is_ended_only_after_it(postgres_url: str) -> None:
    """Else a write could land after the survivors have begun."""
    async with process(postgres_url) as (databases, leases), process(postgres_url) as (_, survivor):
        await _take(leases, "me", seconds=OVER)
        fence_writes(databases.pipeline, "me")
        async with databases.pipeline.begin():
            assert await survivor.end_expired() == []
            # The holder itself renews meanwhile.
            assert await leases.renew("me", seconds=OVER)
        assert await survivor.end_expired() == ["me"]


async def test_many_writes_of_one_process_hold_its_lease_together(postgres_url: str) -> None:
    async with process(postgres_url) as (databases, leases), AsyncExitStack() as stack:
        await _take(leases, "me")
        fence_writes(databases.pipeline, "me")
        for _ in range(3):
            await stack.enter_async_context(databases.pipeline.begin())
        async with asyncio.timeout(30):
            assert await leases.renew("me", seconds=LONG)


async def test_transaction_of_a_frozen_process_is_ended_by_the_server(postgres_url: str) -> None:
    async with process(postgres_url) as (databases, _), databases.pipeline.begin() as connection:
        limit = (await connection.execute(text("SHOW idle_in_transaction_session_timeout"))).scalar_one()
        assert limit == "10s"
