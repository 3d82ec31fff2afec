"""A process acts only while it is sure that the others have not given it up."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from issue_intelligence.ports.errors import StorageError
from issue_intelligence.worker.replica import LeasedReplica
from tests.fakes.leases import FakeLeases

LEASE_SECONDS = 20.0
# What is begun later could still be under way when the lease has run out.
ACTING_SECONDS = LEASE_SECONDS / 2


class Process:
    """One replica, whose renewals a test asks for itself."""

    def __init__(self, leases: FakeLeases) -> None:
        self.fenced = 0
        self.ended = 0
        self.replica = LeasedReplica(
            leases,
            id="worker-1",
            version="journey-1",
            lease_seconds=LEASE_SECONDS,
            fence=self._fence,
            on_lost=self._end,
            elapsed=leases.elapsed,
        )

    def may_act(self) -> bool:
        try:
            self.replica.check()
        except StorageError:
            return False
        return True

    def _fence(self) -> None:
        self.fenced += 1

    def _end(self) -> None:
        self.ended += 1


@pytest.fixture
def leases() -> FakeLeases:
    return FakeLeases()


@pytest.fixture
async def process(leases: FakeLeases) -> AsyncIterator[Process]:
    process = Process(leases)
    yield process
    leases.is_away = False
    await process.replica.stop()


async def test_process_may_act_only_with_a_lease(process: Process, leases: FakeLeases) -> None:
    assert not process.may_act()
    await process.replica.start()
    assert process.may_act()
    assert process.fenced == 1
    await process.replica.stop()
    assert not process.may_act()
    assert leases.held == {}


async def test_without_renewal_it_stops_acting_long_before_others_may_take_over(
    process: Process, leases: FakeLeases
) -> None:
    await process.replica.start()
    leases.now = ACTING_SECONDS
    assert not process.may_act()
    assert await leases.end_expired() == []


async def test_time_of_a_renewal_counts_from_before_it_was_asked_for(
    process: Process, leases: FakeLeases, monkeypatch: pytest.MonkeyPatch
) -> None:
    await process.replica.start()
    renew = FakeLeases.renew

    async def slowly(self: FakeLeases, lease_id: str, *, seconds: float) -> bool:
        renewed = await renew(self, lease_id, seconds=seconds)
        self.now += 4
        return renewed

    monkeypatch.setattr(FakeLeases, "renew", slowly)
    leases.now = 5
    assert await process.replica.renew()
    leases.now = 5 + ACTING_SECONDS
    assert not process.may_act()


async def test_lease_that_ran_out_and_nobody_ended_is_good_again(
    process: Process, leases: FakeLeases
) -> None:
    """A service of one process outlives any outage of its database."""
    await process.replica.start()
    leases.is_away = True
    leases.now = 10 * LEASE_SECONDS
    assert await process.replica.renew()
    assert not process.may_act()
    leases.is_away = False
    assert await process.replica.renew()
    assert process.may_act()
    assert process.ended == 0


async def test_process_whose_lease_was_ended_is_ended(process: Process, leases: FakeLeases) -> None:
    await leases.take("worker-1", version="journey-1", seconds=LEASE_SECONDS)
    await leases.end("worker-1")
    assert not await process.replica.renew()

    taken = FakeLeases.take

    async def and_lose_it(self: FakeLeases, lease_id: str, *, version: str, seconds: float) -> None:
        await taken(self, lease_id, version=version, seconds=seconds)
        await self.end(lease_id)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FakeLeases, "take", and_lose_it)
        await process.replica.start()
    async with asyncio.timeout(30):
        while not process.ended:  # noqa: ASYNC110  (what is waited for has no event)
            await asyncio.sleep(0)
    assert not process.may_act()


async def test_process_judges_others_only_when_they_had_time_to_renew(
    process: Process, leases: FakeLeases
) -> None:
    """Else the first to renew after an outage of the database ends all the others."""
    await process.replica.start()
    assert not process.replica.is_steady()
    leases.now = 9
    assert await process.replica.renew()
    assert not process.replica.is_steady()
    leases.now = 15
    assert await process.replica.renew()
    assert process.replica.is_steady()

    leases.now = 15 + 3 * LEASE_SECONDS
    assert not process.replica.is_steady()
    assert await process.replica.renew()
    assert not process.replica.is_steady()


async def test_end_does_not_fail_for_a_database_that_is_away(process: Process, leases: FakeLeases) -> None:
    await process.replica.start()
    leases.is_away = True
    await process.replica.stop()
    assert not process.may_act()
