"""Alerts that fire again after their incident was closed, and names that do not fit."""

from datetime import timedelta

from issue_intelligence.adapters.database.alert_history import DatabaseAlertHistory
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.ports.alert_history import HistoryQuery
from issue_intelligence.ports.incident_store import Run
from tests.database.events import NOW, event, numbered, record

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def resolved(number: int) -> Alert:
    return numbered(number, status=AlertStatus.RESOLVED, ends_at=NOW + MINUTE)


async def closed_incident(store: DatabaseIncidentStore) -> Run:
    """Let alert 1 fire and resolve, and its incident close; give its only run."""
    await record(store, event(1, numbered(1)))
    await record(store, event(2, resolved(1), received_at=NOW + MINUTE))
    (run,) = await store.claim_runs(NOW, 10)
    await store.finish_run(run, NOW, quiet_until=NOW, recheck_at=None, close=True)
    return run


async def test_alert_that_fires_again_after_its_incident_was_closed_is_looked_at(
    incidents: DatabaseIncidentStore,
) -> None:
    run = await closed_incident(incidents)
    later = NOW + 2 * DAY
    await record(incidents, event(3, numbered(1), received_at=later), now=later)
    assert await incidents.claim_runs(later, 10) == [
        Run(incident_id=run.incident_id, revision=run.revision + 1)
    ]


async def test_alert_that_fires_again_moves_to_the_incident_that_followed(
    incidents: DatabaseIncidentStore,
) -> None:
    await closed_incident(incidents)
    later = NOW + 2 * DAY
    await record(incidents, event(3, numbered(2), received_at=later), now=later)
    await record(incidents, event(4, numbered(1), received_at=later), now=later)
    (follower,) = await incidents.claim_runs(later, 10)
    moved = await incidents.alerts_of(follower.incident_id, 10)
    assert [alert.id for alert, _ in moved] == [numbered(1).id, numbered(2).id]
    assert (await incidents.incident(follower.incident_id)).alert_count == 2


async def test_names_longer_than_their_columns_are_cut(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    """PostgreSQL refuses what is too long, and with it the whole delivery."""
    labels = {"alertname": "n" * 4_096, "service": "s" * 4_096, "environment": "e" * 4_096}
    await record(incidents, event(1, numbered(1, labels=labels)))
    (run,) = await incidents.claim_runs(NOW, 10)
    incident = await incidents.incident(run.incident_id)
    assert (len(incident.alert_name), len(incident.service), len(incident.environment)) == (512, 255, 255)
    page = await DatabaseAlertHistory(databases, incidents).page(HistoryQuery())
    assert [(len(row["alert_name"]), len(row["service"])) for row in page.alerts] == [(512, 255)]
