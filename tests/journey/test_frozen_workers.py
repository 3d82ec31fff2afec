"""Workers that stand still until the others have given them up, and then go on as if nothing had been."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.journey.crew import SETTLE_SECONDS, Crew, WorkerProcess, audited, crew_at_work, send, workers_at
from tests.journey.faulty_service import FREEZES
from tests.journey.sender import Record
from tests.journey.waiting import wait_until

pytestmark = pytest.mark.journey


async def _thaw_until_it_ends(worker: WorkerProcess) -> int:
    def has_ended() -> bool:
        if worker.is_running:
            # Steps side by side may have frozen it more than once.
            worker.thaw()
        return not worker.is_running

    await wait_until(has_ended, timeout_seconds=SETTLE_SECONDS)
    return worker.wait_ended()


def _some_are_frozen(workers: Sequence[WorkerProcess], least: int) -> bool:
    return sum(worker.is_frozen() for worker in workers) >= least


async def _freeze_each_over_a_run(crew: Crew, record: Record) -> tuple[WorkerProcess, ...]:
    """Send one alert at a time: a worker frozen amid other runs may hold the lock of the issue files."""
    armed = crew.workers[: len(FREEZES)]
    for worker, moment in zip(armed, FREEZES, strict=True):
        worker.arm(moment)
    for number in range(1, len(armed) + 1):
        await send(crew, record, f"frozen{number}")
        await wait_until(partial(_some_are_frozen, armed, number), timeout_seconds=SETTLE_SECONDS)
    return armed


async def test_frozen_workers_do_nothing_that_another_has_done(
    empty_postgres_url: str, tmp_path: Path
) -> None:
    record = Record()
    with crew_at_work(tmp_path, empty_postgres_url, workers=len(FREEZES) + 1) as crew:
        survivor = crew.workers[-1]
        # It is not there before the others have frozen over their runs.
        survivor.kill()
        frozen = await _freeze_each_over_a_run(crew, record)
        survivor.start().wait_ready()

        async def only_the_survivor_is_left() -> bool:
            return len(await workers_at(crew)) == 1

        await wait_until(only_the_survivor_is_left, timeout_seconds=SETTLE_SECONDS)
        found = await audited(crew, record)
        assert found.clean, (found, crew.outputs())

        for worker in frozen:
            worker.disarm()
            # It finds its lease lost, and ends.
            assert await _thaw_until_it_ends(worker) == 1, worker.output()
            assert "lease_lost" in worker.output()
        found = await audited(crew, record)
        assert found.clean, (found, crew.outputs())
        assert found.issues_found == found.issues_expected == len(FREEZES)
