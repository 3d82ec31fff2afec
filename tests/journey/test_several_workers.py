"""Several workers on one PostgreSQL: whoever dies or freezes, nothing is lost and nothing is done twice."""

import asyncio
import random
import signal
import time
from collections.abc import Iterator

import pytest

from tests.journey.crew import LEASE_SECONDS, Crew, WorkerProcess, audited, crew_at_work, send, workers_at
from tests.journey.sender import Record
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def shared_crew(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    name = postgres_server.new_database()
    with crew_at_work(tmp_path_factory.mktemp("crew"), postgres_server.url(name)) as crew:
        yield crew
    postgres_server.drop_database(name)


@pytest.fixture
def crew(shared_crew: Crew) -> Iterator[Crew]:
    """A receiver and two workers, all at work."""
    shared_crew.start_missing()
    yield shared_crew
    for worker in shared_crew.workers:
        worker.disarm()


async def test_what_one_process_receives_the_others_investigate(crew: Crew) -> None:
    record = Record()
    await send(crew, record, "shared", count=40, causes=20)
    found = await audited(crew, record)
    assert found.clean, (found, crew.outputs())
    # Each has told of what it has done.
    assert all("shared-" in worker.output() for worker in crew.workers)
    assert "shared-" not in crew.receiver.output()


async def test_health_names_the_workers_and_when_they_were_seen(crew: Crew) -> None:
    found = await workers_at(crew)
    assert len(found) == len(crew.workers)
    for worker in found:
        assert worker["seen_seconds_ago"] <= LEASE_SECONDS
        assert not worker["is_lost"]


async def test_killed_worker_leaves_its_runs_to_the_other(crew: Crew) -> None:
    """It never comes back: nobody starts it again."""
    lost, survivor = crew.workers
    lost.arm("after_create_before_record")
    survivor.freeze()
    record = Record()
    await send(crew, record, "widow", count=12, causes=12)
    assert await asyncio.to_thread(lost.wait_ended, 30) == -signal.SIGKILL
    survivor.thaw()
    await asyncio.to_thread(_start_again_if_it_ends, survivor)
    found = await audited(crew, record)
    assert found.clean, (found, crew.outputs())


def _start_again_if_it_ends(worker: WorkerProcess) -> None:
    """Do what its supervisor would do.

    Frozen within a transaction, it keeps the other waiting beyond its own lease; then it must end.
    """
    time.sleep(LEASE_SECONDS)
    if '"event": "lease_lost"' in worker.output():
        worker.wait_ended(60)
        worker.start().wait_ready()


async def test_kills_at_random_moments_of_anybody_do_nothing_twice(crew: Crew) -> None:
    # Seeded, so that a failure can be played again.
    chance = random.Random(20261124)
    record = Record()
    for kill in range(5):
        await send(crew, record, f"crew{kill}", count=20, causes=2)
        await asyncio.sleep(chance.uniform(0, 0.8))
        chance.choice(crew.everybody()).kill()
        await asyncio.to_thread(crew.start_missing)
    found = await audited(crew, record)
    assert found.clean, (found, crew.outputs())
    assert found.issues_found == found.issues_expected == 10


async def test_worker_that_is_asked_to_end_leaves_its_runs_at_once(crew: Crew) -> None:
    record = Record()
    await send(crew, record, "orderly", count=40, causes=20)
    leaving, _ = crew.workers
    await asyncio.to_thread(leaving.terminate)
    found = await audited(crew, record)
    assert found.clean, (found, crew.outputs())
    assert '"event": "worker_stopped"' in leaving.output()
    assert "Traceback" not in leaving.output()
