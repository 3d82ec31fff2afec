"""Which incidents are looked at, when, and by one run at a time."""

from datetime import datetime, timedelta

import pytest

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.ports.incident_store import Run
from tests.database.events import NOW, event, firing, record, resolved
from tests.database.rows import stored_incidents

HOUR = timedelta(hours=1)


async def claimed(store: DatabaseIncidentStore, now: datetime = NOW) -> list[int]:
    """The revisions that a claim gives."""
    return [run.revision for run in await store.claim_runs(now, 10)]


async def first_run(store: DatabaseIncidentStore) -> Run:
    await record(store, event(1, firing("a")))
    [run] = await store.claim_runs(NOW, 10)
    return run


async def finish(
    store: DatabaseIncidentStore, run: Run, *, recheck_at: datetime | None = None, close: bool = False
) -> None:
    await store.finish_run(run, NOW, quiet_until=NOW, recheck_at=recheck_at, close=close)


async def test_claimed_incident_is_not_claimed_again(incidents: DatabaseIncidentStore) -> None:
    run = await first_run(incidents)
    assert run.revision == 1
    assert await claimed(incidents) == []
    assert await incidents.runs_under_way() == [run]


async def test_finished_run_is_over(incidents: DatabaseIncidentStore) -> None:
    run = await first_run(incidents)
    await finish(incidents, run)
    assert await claimed(incidents) == []
    assert await incidents.runs_under_way() == []


async def test_alert_that_comes_during_a_run_leads_to_another(incidents: DatabaseIncidentStore) -> None:
    run = await first_run(incidents)
    await record(incidents, event(2, firing("b")), event(3, firing("c")))
    # One at a time.
    assert await claimed(incidents) == []
    await finish(incidents, run)
    # One look for all that came.
    assert await claimed(incidents) == [2]
    assert await claimed(incidents) == []


async def test_recheck_is_due_at_its_time_and_is_a_look_of_its_own(incidents: DatabaseIncidentStore) -> None:
    run = await first_run(incidents)
    await finish(incidents, run, recheck_at=NOW + HOUR)
    assert await claimed(incidents, NOW + HOUR - timedelta(seconds=1)) == []
    assert await claimed(incidents, NOW + HOUR) == [2]
    # Once.
    assert await claimed(incidents, NOW + 2 * HOUR) == []


async def test_alert_during_a_run_drops_the_runs_recheck(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    run = await first_run(incidents)
    await record(incidents, event(2, firing("b")))
    await finish(incidents, run, recheck_at=NOW + HOUR)
    [incident] = await stored_incidents(databases)
    assert incident.recheck_at is None
    assert await claimed(incidents) == [2]


async def test_closed_incident_is_not_looked_at_again(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    run = await first_run(incidents)
    await finish(incidents, run, recheck_at=NOW + HOUR, close=True)
    [incident] = await stored_incidents(databases)
    assert (incident.status, incident.recheck_at) == ("closed", None)
    assert await claimed(incidents, NOW + 2 * HOUR) == []


async def test_incident_that_was_disturbed_is_not_closed(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    run = await first_run(incidents)
    await record(incidents, event(2, firing("b")))
    await finish(incidents, run, close=True)
    [incident] = await stored_incidents(databases)
    assert incident.status == "open"
    assert await claimed(incidents) == [2]


async def test_alert_after_the_close_opens_an_incident_of_its_own(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    run = await first_run(incidents)
    await record(incidents, event(2, resolved("a")))
    await finish(incidents, run)
    [again] = await incidents.claim_runs(NOW, 10)
    await finish(incidents, again, close=True)
    await record(incidents, event(3, firing("b")))
    assert [row.status for row in await stored_incidents(databases)] == ["closed", "open"]


async def test_noisy_incident_rests_between_looks(incidents: DatabaseIncidentStore) -> None:
    run = await first_run(incidents)
    await incidents.finish_run(run, NOW, quiet_until=NOW + HOUR, recheck_at=None)
    await record(incidents, event(2, firing("b")))
    assert await claimed(incidents, NOW + HOUR - timedelta(seconds=1)) == []
    assert await claimed(incidents, NOW + HOUR) == [2]


@pytest.mark.parametrize("twice", [False, True])
async def test_late_end_of_an_old_run_does_not_end_the_new_one(
    twice: bool, incidents: DatabaseIncidentStore
) -> None:
    old = await first_run(incidents)
    await finish(incidents, old)
    await record(incidents, event(2, firing("b")))
    [new] = await incidents.claim_runs(NOW, 10)
    for _ in range(2 if twice else 1):
        await finish(incidents, old)
    assert await incidents.runs_under_way() == [new]


async def test_claim_takes_the_oldest_first_and_no_more_than_asked(incidents: DatabaseIncidentStore) -> None:
    for number in range(5):
        labels = {"alertname": f"Rule{number}", "service": "api"}
        received_at = NOW - timedelta(minutes=number)
        await record(incidents, event(number, firing(str(number), labels=labels), received_at=received_at))
    runs = await incidents.claim_runs(NOW, 2)
    names = [(await incidents.incident(run.incident_id)).alert_name for run in runs]
    assert names == ["Rule4", "Rule3"]
    assert len(await incidents.claim_runs(NOW, 10)) == 3


@pytest.mark.parametrize("crowded", ["alertname", "service"])
async def test_one_rule_or_service_with_many_incidents_does_not_keep_others_waiting(
    crowded: str, incidents: DatabaseIncidentStore
) -> None:
    labels = [
        {"alertname": f"Rule{number}", "service": f"pod-{number}"} | {crowded: "same"} for number in range(20)
    ]
    crowd = [firing(str(number), labels=each) for number, each in enumerate(labels)]
    await record(incidents, event(1, *crowd, received_at=NOW - HOUR))
    await record(incidents, event(2, firing("other", labels={"alertname": "Other", "service": "shop"})))
    runs = await incidents.claim_runs(NOW, 2)
    names = [(await incidents.incident(run.incident_id)).alert_name for run in runs]
    assert "Other" in names
