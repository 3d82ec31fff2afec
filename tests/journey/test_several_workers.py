"""Several workers on one PostgreSQL: whoever dies or freezes, nothing is lost and nothing is done twice."""

import asyncio
import random
from collections.abc import Iterator

import pytest

from tests.journey.auditor import Audit, audit, wait_investigated
from tests.journey.crew import Crew, WorkerProcess, crew_at_work
from tests.journey.faulty_service import FREEZES
from tests.journey.http_json import HttpJson
from tests.journey.sender import Record, Sender, alerts_of
from tests.journey.waiting import wait_until
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.journey

SETTLE_SECONDS = 60


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


async def _audited(crew: Crew, record: Record) -> Audit:
    await wait_investigated(crew.receiver.url, timeout_seconds=SETTLE_SECONDS)
    label_of = {alert.service.partition("-")[0] for alert in record.acknowledged.values()}
    ours = [path for path in crew.issues() if any(f"`{label}-" in path.read_text() for label in label_of)]
    return await audit(crew.receiver.url, record, ours or crew.issues())


async def _send(crew: Crew, record: Record, label: str, *, count: int = 1, causes: int = 1) -> None:
    await Sender(crew.receiver.url, record).send(alerts_of(count, causes=causes, label=label))


async def test_what_one_process_receives_the_others_investigate(crew: Crew) -> None:
    record = Record()
    await _send(crew, record, "shared", count=60, causes=30)
    found = await _audited(crew, record)
    assert found.clean, (found, crew.outputs())
    assert all("run" in worker.output() for worker in crew.workers)
