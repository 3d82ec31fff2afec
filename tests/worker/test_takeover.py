"""What a lost process has begun goes to the living; what a living one has begun stays with it."""

from collections.abc import Collection

import pytest

from issue_intelligence.ports.errors import StorageError, TransientError
from issue_intelligence.worker.replica import LeasedReplica
from issue_intelligence.worker.takeover import LOOKS, Takeover
from tests.fakes.leases import FakeLeases

LEASE_SECONDS = 20.0


class FakeClaims:
    """The engine's view: who has begun runs."""

    def __init__(self) -> None:
        self.at_work: set[str] = set()
        self.handed_back: list[str] = []
        self.fails = False
        self.asked = 0

    async def executors_at_work(self) -> frozenset[str]:
        self.asked += 1
        return frozenset(self.at_work)

    async def hand_back(self, executor_ids: Collection[str]) -> None:
        if self.fails:
            raise TransientError("the engine is away")
        self.handed_back += executor_ids
        self.at_work -= set(executor_ids)


class Room:
    """A survivor, whose own lease is good, among others."""

    def __init__(self) -> None:
        self.leases = FakeLeases()
        self.claims = FakeClaims()
        self.survivor = LeasedReplica(
            self.leases,
            id="survivor",
            version="journey-1",
            lease_seconds=LEASE_SECONDS,
            fence=lambda: None,
            on_lost=lambda: None,
            elapsed=self.leases.elapsed,
        )
        self.take_over = Takeover(self.survivor, self.leases, self.claims, elapsed=self.leases.elapsed)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in which the survivor renews."""
        end = self.leases.now + seconds
        while self.leases.now < end:
            self.leases.now = min(end, self.leases.now + 3)
            assert await self.survivor.renew()

    async def other(self, name: str) -> None:
        await self.leases.take(name, version="journey-1", seconds=LEASE_SECONDS)
        self.claims.at_work.add(name)


@pytest.fixture
async def room() -> Room:
    room = Room()
    await room.leases.take("survivor", version="journey-1", seconds=LEASE_SECONDS)
    assert await room.survivor.renew()
    room.claims.at_work.add("survivor")
    return room


async def test_living_keep_what_they_have_begun(room: Room) -> None:
    await room.other("living")
    await room.pass_time(LEASE_SECONDS - 1)
    assert not await room.take_over()
    assert room.claims.handed_back == []


async def test_runs_of_a_process_that_fell_silent_are_handed_back(room: Room) -> None:
    await room.other("silent")
    await room.pass_time(LEASE_SECONDS)
    assert await room.take_over()
    assert room.claims.handed_back == ["silent"]
    assert list(room.leases.held) == ["survivor"]


async def test_runs_of_a_process_that_ended_its_lease_are_handed_back_at_once(room: Room) -> None:
    await room.other("leaving")
    await room.leases.end("leaving")
    assert await room.take_over()
    assert room.claims.handed_back == ["leaving"]


async def test_silent_process_without_runs_is_forgotten(room: Room) -> None:
    """It may have claimed runs that the engine does not know yet, so the caller is told."""
    await room.other("silent")
    room.claims.at_work.discard("silent")
    await room.pass_time(LEASE_SECONDS)
    assert await room.take_over()
    assert room.claims.handed_back == []


async def test_nobody_is_given_up_right_after_an_outage(room: Room) -> None:
    await room.other("patient")
    room.leases.is_away = True
    room.leases.now = 5 * LEASE_SECONDS
    assert await room.survivor.renew()
    room.leases.is_away = False
    assert await room.survivor.renew()
    assert not await room.take_over()
    assert "patient" in room.leases.held


async def test_handing_back_that_failed_is_tried_in_the_next_turn(room: Room) -> None:
    await room.other("silent")
    await room.pass_time(LEASE_SECONDS)
    room.claims.fails = True
    with pytest.raises(TransientError):
        await room.take_over()
    room.claims.fails = False
    assert await room.take_over()
    assert room.claims.handed_back == ["silent"]


async def test_engine_is_asked_only_now_and_then(room: Room) -> None:
    for _ in range(5):
        await room.take_over()
    assert room.claims.asked == 1
    await room.pass_time(LEASE_SECONDS / LOOKS)
    await room.take_over()
    assert room.claims.asked == 2


async def test_database_that_is_away_ends_nobody(room: Room) -> None:
    await room.other("silent")
    await room.pass_time(LEASE_SECONDS)
    room.leases.is_away = True
    with pytest.raises(StorageError):
        await room.take_over()
    assert room.claims.handed_back == []
