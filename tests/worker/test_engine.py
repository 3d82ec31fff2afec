"""The durable engine itself, on each kind of database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from issue_intelligence.adapters.database.engines import database_urls, open_databases
from issue_intelligence.ports.durable import DurableRun
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.worker.durable import WORKFLOW_VERSION, DurableEngine
from tests.fakes.people import FakeMeter

# Later than anything that ends in a test, whatever the clock says.
LATER = datetime(2100, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Journeys:
    """Counts the journeys; those of "slow" incidents wait until they may go on."""

    def __init__(self) -> None:
        self.ended: list[Run] = []
        self.taken: list[Run] = []
        self.may_go_on = asyncio.Event()

    async def __call__(self, durable: DurableRun, run: Run) -> None:
        self.taken.append(run)
        await durable.step("step", self._step(run))
        self.ended.append(run)

    def _step(self, run: Run):  # type: ignore[no-untyped-def]
        async def step() -> None:
            if run.incident_id == "slow":
                await self.may_go_on.wait()

        return step


@pytest.fixture
def journeys() -> Journeys:
    return Journeys()


@pytest.fixture
async def engine(journeys: Journeys, database_url: str, tmp_path: Path) -> AsyncIterator[DurableEngine]:
    databases = open_databases(database_urls(database_url, tmp_path))
    engine = DurableEngine(
        database=databases.workflows,
        executor_id="test",
        journey=journeys,
        on_failure=_never,
        is_under_way=_always,
        living_versions=_only_ours,
        meter=FakeMeter(),
    )
    await engine.launch()
    yield engine
    journeys.may_go_on.set()
    await engine.stop()
    await databases.dispose()


async def _always(_run: Run) -> bool:
    return True


async def _only_ours() -> frozenset[str]:
    return frozenset({WORKFLOW_VERSION})


async def _never(run: Run, step: str, reason: str) -> None:
    raise AssertionError(f"{run} failed in {step}: {reason}")


async def until_ended(journeys: Journeys, count: int) -> None:
    async with asyncio.timeout(60):
        while len(journeys.ended) < count:  # noqa: ASYNC110  (another thread ends them)
            await asyncio.sleep(0.02)


async def deleted(engine: DurableEngine, before: datetime, limit: int) -> int:
    """The engine notes an end a moment after the journey's."""
    async with asyncio.timeout(60):
        while not (count := await engine.delete_finished(before, limit)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return count


async def test_ended_runs_are_forgotten_and_one_under_way_is_not(
    engine: DurableEngine, journeys: Journeys
) -> None:
    slow = Run(incident_id="slow", revision=1)
    await engine.start(slow)
    for revision in (1, 2):
        await engine.start(Run(incident_id="quick", revision=revision))
    await until_ended(journeys, 2)
    assert await engine.delete_finished(LONG_AGO, 10) == 0
    total = 0
    while total < 2:
        # One at a time, as the limit says.
        found = await deleted(engine, LATER, 1)
        assert found == 1
        total += found
    assert await engine.delete_finished(LATER, 10) == 0
    # Still known, so this starts nothing.
    await engine.start(slow)
    journeys.may_go_on.set()
    await until_ended(journeys, 3)
    assert journeys.taken.count(slow) == 1


async def test_run_is_taken_once_however_often_it_is_started(
    engine: DurableEngine, journeys: Journeys
) -> None:
    run = Run(incident_id="once", revision=1)
    await asyncio.gather(*(engine.start(run) for _ in range(5)))
    await until_ended(journeys, 1)
    assert await deleted(engine, datetime.now(UTC) + timedelta(days=1), 10) == 1  # noqa: TID251
    assert journeys.taken == [run]
