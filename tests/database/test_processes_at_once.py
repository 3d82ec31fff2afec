"""Several processes on one database: each works through connections of its own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text, update

from issue_intelligence.adapters.database.engines import (
    Databases,
    DatabaseUrls,
    database_urls,
    open_databases,
)
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.issue_ledger import DatabaseIssueLedger
from issue_intelligence.adapters.database.tables import incidents
from issue_intelligence.ports.issue_ledger import EffectState
from tests.database.events import NOW, event, firing, record
from tests.database.rows import stored_alerts, stored_incidents
from tests.database.test_ledger import CREATE, OTHERS

PROCESSES = 3


@pytest.fixture
async def processes(urls: DatabaseUrls) -> AsyncIterator[list[Databases]]:
    opened = [open_databases(urls) for _ in range(PROCESSES)]
    yield opened
    for databases in opened:
        await databases.dispose()


@pytest.fixture
def stores(processes: list[Databases]) -> list[DatabaseIncidentStore]:
    return [DatabaseIncidentStore(databases) for databases in processes]


async def test_same_events_dispatched_by_all_at_once_are_stored_once(
    stores: list[DatabaseIncidentStore], processes: list[Databases]
) -> None:
    events = [event(number, firing(f"n{number}")) for number in range(1, 11)]
    await asyncio.gather(*(record(store, *events) for store in stores))
    [incident] = await stored_incidents(processes[0])
    assert incident.alert_count == 10
    assert [row.repeat_count for row in await stored_alerts(processes[0])] == [0] * 10


async def test_alerts_of_one_key_at_once_open_one_incident(
    stores: list[DatabaseIncidentStore], processes: list[Databases]
) -> None:
    """Neither dispatcher can lock what neither has written yet."""
    turns = range(30)
    await asyncio.gather(
        *(record(stores[number % PROCESSES], event(number, firing(f"n{number}"))) for number in turns)
    )
    [incident] = await stored_incidents(processes[0])
    assert incident.alert_count == len(turns)


async def test_run_is_claimed_by_one_of_all_who_ask(stores: list[DatabaseIncidentStore]) -> None:
    names = [f"Rule{number}" for number in range(24)]
    labels = [{"alertname": name, "service": "api"} for name in names]
    await record(stores[0], event(1, *(firing(each["alertname"], labels=each) for each in labels)))
    claims = await asyncio.gather(*(store.claim_runs(NOW, 5) for store in stores * 4))
    claimed = [run for runs in claims for run in runs]
    assert len(claimed) == len(set(claimed))
    left = await stores[0].claim_runs(NOW, 50)
    assert len(claimed) + len(left) == len(names)


async def test_alert_that_comes_in_the_middle_of_a_claim_gets_its_look(postgres_url: str) -> None:
    """Its dispatcher reads what it rewrites under a lock; else it would not see that the run had begun.

    On SQLite a writer has locked everything before it reads.
    """
    databases = open_databases(database_urls(postgres_url, Path()))
    store = DatabaseIncidentStore(databases)
    await record(store, event(1, firing("a")))
    async with databases.pipeline.begin() as claiming:
        await claiming.execute(update(incidents).values(started_revision=1))
        dispatching = asyncio.create_task(record(store, event(2, firing("b"))))
        await until_someone_waits(databases)
    await dispatching
    [incident] = await stored_incidents(databases)
    assert (incident.revision, incident.started_revision) == (2, 1)
    await databases.dispose()


async def until_someone_waits(databases: Databases) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(60), databases.intake.connect() as connection:
        while (await connection.execute(waiting)).scalar_one() == 0:
            # Within one transaction the server shows the same picture again and again.
            await connection.rollback()
            await asyncio.sleep(0.01)


async def test_of_processes_that_want_to_create_the_same_issue_one_may(processes: list[Databases]) -> None:
    ledgers = [DatabaseIssueLedger(databases) for databases in processes]
    wanted = [CREATE, OTHERS]
    states = await asyncio.gather(
        *(ledgers[number].intend(effect, NOW) for number, effect in enumerate(wanted))
    )
    assert sorted(states) == [EffectState.NEW, EffectState.TAKEN]
