"""One commit for all who wait; whoever is told that it is committed can rely on it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, text

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.group_commit import GroupCommitter
from issue_intelligence.adapters.database.intake_tables import inbound_events
from issue_intelligence.ports.errors import OutsideError, TransientError
from tests.database.events import NOW


class Gate:
    """Writes rows, counts the batches, and lets a test hold the first one back."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Event()
        self.fails = False

    def write(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        self.entered.set()
        assert self.open.wait(30)
        self.batches.append([row["alert_ids"] for row in rows])
        connection.execute(insert(inbound_events), list(rows))
        if self.fails:
            connection.execute(text("SELECT * FROM no_such_table"))


def row(name: str) -> dict[str, Any]:
    return {
        "source": "grafana",
        "received_at": NOW,
        "body": b"{}",
        "alert_ids": name,
        "rejected": "",
        "dispatched_at": None,
    }


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
async def small(databases: Databases) -> AsyncIterator[GroupCommitter]:
    """Room for three writes or 1,000 bytes."""
    committer = GroupCommitter(databases.intake_writer, max_waiting=3, max_waiting_bytes=1_000)
    committer.start()
    yield committer
    await committer.stop()


async def stored(databases: Databases) -> list[str]:
    async with databases.intake.connect() as connection:
        query = select(inbound_events.c.alert_ids).order_by(inbound_events.c.id)
        return list((await connection.execute(query)).scalars())


async def held(committer: GroupCommitter, gate: Gate, names: Sequence[str]) -> list["asyncio.Task[None]"]:
    """Hold the first write in the middle of its commit, with the others behind it."""
    gate.open.clear()
    tasks = [asyncio.create_task(committer.write(gate.write, [row(names[0])]))]
    await asyncio.to_thread(gate.entered.wait, 30)
    tasks += [asyncio.create_task(committer.write(gate.write, [row(name)])) for name in names[1:]]
    await asyncio.sleep(0)
    return tasks


async def test_write_is_stored_when_it_returns(
    committer: GroupCommitter, gate: Gate, databases: Databases
) -> None:
    await committer.write(gate.write, [row("a")])
    assert await stored(databases) == ["a"]


async def test_those_who_wait_are_committed_together_and_in_order(
    committer: GroupCommitter, gate: Gate, databases: Databases
) -> None:
    names = [f"{number:03d}" for number in range(100)]
    tasks = await held(committer, gate, names)
    gate.open.set()
    await asyncio.gather(*tasks)
    assert gate.batches == [names[:1], names[1:]]
    assert await stored(databases) == names


async def test_error_reaches_everyone_who_waits_and_nothing_of_it_is_stored(
    committer: GroupCommitter, gate: Gate, databases: Databases
) -> None:
    gate.fails = True
    tasks = await held(committer, gate, ["a", "b", "c"])
    gate.open.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(outcome, OutsideError) for outcome in outcomes] == [True] * 3
    assert await stored(databases) == []
    # And the next one is served again.
    gate.fails = False
    await committer.write(gate.write, [row("d")])
    assert await stored(databases) == ["d"]


async def test_full_queue_refuses_and_says_when_to_come_back(small: GroupCommitter, gate: Gate) -> None:
    tasks = await held(small, gate, ["a", "b", "c"])
    with pytest.raises(TransientError, match="too many") as refused:
        await small.write(gate.write, [row("e")])
    assert refused.value.retry_after_seconds == 1
    gate.open.set()
    await asyncio.gather(*tasks)
    await small.write(gate.write, [row("e")])


async def test_queue_is_bounded_in_bytes_too(small: GroupCommitter, gate: Gate) -> None:
    tasks = await held(small, gate, ["a"])
    large = asyncio.create_task(small.write(gate.write, [row("b")], size_bytes=900))
    await asyncio.sleep(0)
    with pytest.raises(TransientError, match="too many"):
        await small.write(gate.write, [row("c")], size_bytes=101)
    gate.open.set()
    await asyncio.gather(*tasks, large)
    await small.write(gate.write, [row("c")], size_bytes=1_000)


async def test_client_that_went_away_does_not_undo_its_write(
    committer: GroupCommitter, gate: Gate, databases: Databases
) -> None:
    tasks = await held(committer, gate, ["a", "b", "c"])
    tasks[0].cancel()
    tasks[1].cancel()
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await stored(databases) == ["a", "b", "c"]


async def test_end_commits_what_still_waits_and_refuses_what_comes_later(
    committer: GroupCommitter, gate: Gate, databases: Databases
) -> None:
    tasks = await held(committer, gate, ["a", "b"])
    ending = asyncio.create_task(committer.stop())
    await asyncio.sleep(0)
    with pytest.raises(TransientError, match="stopping"):
        await committer.write(gate.write, [row("c")])
    gate.open.set()
    await asyncio.gather(*tasks, ending)
    assert await stored(databases) == ["a", "b"]


async def test_before_its_start_it_takes_nothing(databases: Databases, gate: Gate) -> None:
    with pytest.raises(TransientError):
        await GroupCommitter(databases.intake_writer).write(gate.write, [row("a")])


async def test_hundreds_at_once_are_all_stored(
    committer: GroupCommitter, gate: Gate, databases: Databases
) -> None:
    await asyncio.gather(*(committer.write(gate.write, [row(f"{n}")]) for n in range(500)))
    async with databases.intake.connect() as connection:
        count = (await connection.execute(select(func.count()).select_from(inbound_events))).scalar_one()
    assert count == 500
    assert len(gate.batches) < 500
