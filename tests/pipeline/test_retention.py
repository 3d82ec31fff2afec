"""What is kept for a time only is deleted after it: once an hour, and a little at a time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from issue_intelligence.adapters.database.intake_tables import inbound_events
from issue_intelligence.pipeline.retention import AFTER_START, AT_ONCE, EVERY, Retention
from issue_intelligence.ports.errors import TransientError
from tests.fakes.stopped_clock import StoppedClock
from tests.pipeline.world import World, shop_alert

DAY = timedelta(days=1)


class FakeRecords:
    """Old bodies, runs and hours, how many there are; `calls` are what was asked to be deleted."""

    def __init__(self) -> None:
        self.bodies = 0
        self.runs = 0
        self.hours = 0
        self.excuses = 0
        self.calls: list[tuple[str, datetime]] = []
        self.is_away = False

    async def delete_dispatched(self, before: datetime, limit: int) -> int:
        self.calls.append(("bodies", before))
        deleted = min(self.bodies, limit)
        self.bodies -= deleted
        return deleted

    async def delete_finished(self, before: datetime, limit: int) -> int:
        if self.is_away:
            raise TransientError("the engine is away")
        self.calls.append(("runs", before))
        deleted = min(self.runs, limit)
        self.runs -= deleted
        return deleted

    async def delete_older(self, before: datetime, limit: int) -> int:
        self.calls.append(("hours", before))
        deleted = min(self.hours, limit)
        self.hours -= deleted
        return deleted

    async def delete_ended(self, before: datetime, limit: int) -> int:
        self.calls.append(("excuses", before))
        deleted = min(self.excuses, limit)
        self.excuses -= deleted
        return deleted


@pytest.fixture
def records() -> FakeRecords:
    return FakeRecords()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def retention(records: FakeRecords, clock: StoppedClock) -> Retention:
    fake: Any = records
    return Retention(
        inbound=fake,
        finished_runs=fake,
        usual=fake,
        raw_bodies_for=30 * DAY,
        finished_runs_for=7 * DAY,
        ended={"silences": fake},
        ended_for=90 * DAY,
        clock=clock,
    )


async def test_nothing_is_deleted_right_after_the_start(retention: Retention, records: FakeRecords) -> None:
    assert not await retention.delete_if_due()
    assert records.calls == []


async def test_each_kind_has_an_age_of_its_own(
    retention: Retention, records: FakeRecords, clock: StoppedClock
) -> None:
    clock.advance(AFTER_START)
    assert not await retention.delete_if_due()
    assert records.calls == [
        ("bodies", clock.now() - 30 * DAY),
        ("runs", clock.now() - 7 * DAY),
        ("hours", clock.now() - 70 * DAY),
        ("excuses", clock.now() - 90 * DAY),
    ]


async def test_it_looks_once_an_hour(retention: Retention, records: FakeRecords, clock: StoppedClock) -> None:
    clock.advance(AFTER_START)
    await retention.delete_if_due()
    clock.advance(EVERY - timedelta(seconds=1))
    await retention.delete_if_due()
    assert len(records.calls) == 4
    clock.advance(timedelta(seconds=1))
    await retention.delete_if_due()
    assert len(records.calls) == 8


@pytest.mark.parametrize("kind", ["bodies", "runs", "hours", "excuses"])
async def test_much_is_deleted_a_little_at_a_time_without_waiting_an_hour(
    kind: str, retention: Retention, records: FakeRecords, clock: StoppedClock
) -> None:
    setattr(records, kind, 2 * AT_ONCE + 1)
    clock.advance(AFTER_START)
    assert [await retention.delete_if_due() for _ in range(4)] == [True, True, False, False]
    assert getattr(records, kind) == 0


async def test_failure_is_tried_again_and_not_an_hour_later(
    retention: Retention, records: FakeRecords, clock: StoppedClock
) -> None:
    clock.advance(AFTER_START)
    records.is_away = True
    with pytest.raises(TransientError):
        await retention.delete_if_due()
    records.is_away, records.runs = False, 1
    await retention.delete_if_due()
    assert records.runs == 0


async def test_old_body_is_gone_and_what_was_found_stays(world: World) -> None:
    [run] = await world.receive_and_work(shop_alert())
    fake: Any = FakeRecords()
    retention = Retention(
        inbound=world.stores.inbound,
        finished_runs=fake,
        usual=world.stores.usual,
        raw_bodies_for=30 * DAY,
        finished_runs_for=DAY,
        ended={},
        ended_for=90 * DAY,
        clock=world.clock,
    )
    assert await kept_bodies(world) == 1
    world.clock.advance(31 * DAY)
    await retention.delete_if_due()
    assert await kept_bodies(world) == 0
    assert (await world.findings(run)).alert_count == 1
    assert await world.stores.history.last_received_at() is not None


async def kept_bodies(world: World) -> int:
    async with world.stores.databases.intake.connect() as connection:
        count = select(func.count()).select_from(inbound_events)
        return (await connection.execute(count)).scalar_one()
