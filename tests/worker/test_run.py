"""The background loop goes on whatever happens to one round of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest

from issue_intelligence.ports.errors import TransientError
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.worker import run as worker_run
from issue_intelligence.worker.run import Worker
from tests.fakes.stopped_clock import StoppedClock

OLD = Run(incident_id="old", revision=1)
NEW = Run(incident_id="new", revision=1)
# Far longer than any test: only a nudge ends a pause.
NEVER = 3_600.0


class FakeWork:
    """Intake, incidents and engine in one: `failures` are raised by the next calls, by name."""

    def __init__(self) -> None:
        self.events = 0
        self.under_way: list[Run] = []
        self.claimable: list[Run] = []
        self.started: list[Run] = []
        self.failures: list[tuple[str, Exception]] = []
        self.rounds = 0
        self.turns = 0
        # 0: another process has the turn.
        self.workers = 1
        self.left_behind = False

    def _fail(self, name: str) -> None:
        if self.failures and self.failures[0][0] == name:
            raise self.failures.pop(0)[1]

    async def dispatch(self, limit: int) -> int:
        self.rounds += 1
        self._fail("dispatch")
        found, self.events = min(self.events, limit), 0
        return found

    async def runs_under_way(self) -> list[Run]:
        return self.under_way

    async def claim_runs(self, now: datetime, limit: int) -> list[Run]:
        self._fail("claim")
        claimed, self.claimable = self.claimable[:limit], self.claimable[limit:]
        self.under_way = [*self.under_way, *claimed]
        return claimed

    async def start(self, run: Run) -> None:
        self._fail("start")
        self.started.append(run)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        self.turns += 1
        yield self.workers

    async def take_over(self) -> bool:
        self._fail("take_over")
        left, self.left_behind = self.left_behind, False
        return left


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> FakeWork:
    monkeypatch.setattr(worker_run, "IDLE_SECONDS", NEVER)
    monkeypatch.setattr(worker_run, "AFTER_ERROR_SECONDS", 0.0)
    return FakeWork()


@pytest.fixture
async def worker(work: FakeWork) -> AsyncIterator[Worker]:
    fake: Any = work
    loop = Worker(
        intake=fake,
        incidents=fake,
        starter=fake,
        clock=StoppedClock(),
        turn=work.turn,
        take_over=work.take_over,
    )
    yield loop
    await loop.stop()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  (what is waited for has no event)
            await asyncio.sleep(0)


async def test_runs_that_a_crash_left_are_started_first(worker: Worker, work: FakeWork) -> None:
    work.under_way, work.claimable = [OLD], [NEW]
    await worker.start()
    await until(lambda: len(work.started) == 2)
    assert work.started == [OLD, NEW]


async def test_engine_gets_only_a_little_ahead(worker: Worker, work: FakeWork) -> None:
    """Whoever comes during a storm would else wait behind all of it."""
    work.under_way = [Run(incident_id=f"old-{n}", revision=1) for n in range(worker_run.MAX_UNDER_WAY - 1)]
    work.claimable = [NEW, Run(incident_id="later", revision=1)]
    await worker.start()
    await until(lambda: NEW in work.started)
    rounds = work.rounds
    worker.nudge()
    await until(lambda: work.rounds > rounds)
    await worker.stop()
    assert work.started[-1] == NEW


async def test_nudge_wakes_it(worker: Worker, work: FakeWork) -> None:
    await worker.start()
    await until(lambda: work.rounds == 1)
    work.claimable = [NEW]
    worker.nudge()
    await until(lambda: work.started == [NEW])


async def test_nudge_during_a_round_is_not_lost(worker: Worker, work: FakeWork) -> None:
    work.events = 1
    await worker.start()
    worker.nudge()
    await until(lambda: work.rounds >= 2)


@pytest.mark.parametrize("name", ["take_over", "dispatch", "claim", "start"])
@pytest.mark.parametrize("error", [TransientError("the database is busy"), RuntimeError("surprise")])
async def test_failure_of_one_round_does_not_end_the_loop(
    name: str, error: Exception, worker: Worker, work: FakeWork
) -> None:
    work.claimable = [NEW]
    work.failures = [(name, error), (name, error)]
    await worker.start()

    def nudged() -> bool:
        worker.nudge()
        return work.started == [NEW] and not work.failures

    await until(nudged)


async def test_claimed_run_that_the_engine_did_not_take_is_started_later(
    worker: Worker, work: FakeWork
) -> None:
    work.claimable = [OLD, NEW]
    work.failures = [("start", TransientError("the engine is away"))]
    await worker.start()

    def nudged() -> bool:
        worker.nudge()
        return len(work.started) == 2

    await until(nudged)
    assert sorted(run.incident_id for run in work.started) == ["new", "old"]


async def test_stop_ends_a_waiting_loop(worker: Worker, work: FakeWork) -> None:
    await worker.start()
    await until(lambda: work.rounds == 1)
    await worker.stop()
    rounds = work.rounds
    worker.nudge()
    await asyncio.sleep(0)
    assert work.rounds == rounds


async def test_stop_before_the_start_is_no_failure(worker: Worker) -> None:
    await worker.stop()


async def test_process_without_the_turn_leaves_everything_to_who_has_it(
    worker: Worker, work: FakeWork
) -> None:
    work.workers = 0
    work.under_way, work.claimable, work.events, work.left_behind = [OLD], [NEW], 1, True
    await worker.start()
    await until(lambda: work.turns == 1)
    worker.nudge()
    await until(lambda: work.turns == 2)
    assert (work.rounds, work.started, work.left_behind) == (0, [], True)


async def test_runs_of_a_lost_process_are_started_again(worker: Worker, work: FakeWork) -> None:
    """It may have claimed them and died before the engine knew of them."""
    await worker.start()
    await until(lambda: work.rounds == 1)
    work.under_way, work.left_behind = [OLD], True
    worker.nudge()
    await until(lambda: work.started == [OLD])


async def test_more_processes_get_more_runs(worker: Worker, work: FakeWork) -> None:
    work.workers = 3
    work.claimable = [Run(incident_id=f"new-{n}", revision=1) for n in range(100)]
    await worker.start()
    await until(lambda: len(work.started) >= 3 * worker_run.MAX_UNDER_WAY)
    await worker.stop()
    assert len(work.started) == 3 * worker_run.MAX_UNDER_WAY
