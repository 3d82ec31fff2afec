from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from issue_intelligence.adapters.database.group_commit import GroupCommitter
from issue_intelligence.adapters.database.inbound_log import MAX_BYTES_AT_ONCE, DatabaseInboundLog
from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.ports.inbound_log import NewInboundEvent
from tests.adapters.database.stores import NOW, opened
from tests.fakes.inbound import append


def body_of(size_bytes: int) -> NewInboundEvent:
    return NewInboundEvent(
        source=AlertSource.GRAFANA, received_at=NOW, body=b"x" * size_bytes, alert_ids=("a" * 32,)
    )


@asynccontextmanager
async def inbound_log(folder: Path) -> AsyncIterator[DatabaseInboundLog]:
    async with opened(folder) as databases:
        committer = GroupCommitter(databases.intake_writer)
        committer.start()
        yield DatabaseInboundLog(databases, committer)
        await committer.stop()


async def test_large_bodies_are_taken_a_few_at_once(tmp_path: Path) -> None:
    """Two hundred bodies of the largest size allowed would be a gigabyte."""
    async with inbound_log(tmp_path) as log:
        for _ in range(5):
            await append(log, body_of(MAX_BYTES_AT_ONCE // 2))
        taken: list[int] = []
        while events := await log.undispatched(200):
            assert sum(len(event.body) for event in events) <= MAX_BYTES_AT_ONCE
            taken += [event.id for event in events]
            await log.mark_dispatched([event.id for event in events], NOW)
        assert taken == [1, 2, 3, 4, 5]


async def test_body_larger_than_all_that_is_taken_at_once_comes_alone(tmp_path: Path) -> None:
    async with inbound_log(tmp_path) as log:
        await append(log, body_of(MAX_BYTES_AT_ONCE + 1))
        await append(log, body_of(10))
        assert [event.id for event in await log.undispatched(200)] == [1]
