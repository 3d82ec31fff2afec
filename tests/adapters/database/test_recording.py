"""Alerts become rows and incidents."""

from datetime import timedelta
from pathlib import Path

from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.core.model.alert import AlertStatus
from issue_intelligence.ports.incident_store import Run
from tests.adapters.database.stores import NOW, event, numbered, opened

LONG_AGO = NOW - timedelta(days=30)
MINUTE = timedelta(minutes=1)


async def finish(store: DatabaseIncidentStore, run: Run, *, close: bool) -> None:
    await store.finish_run(run, NOW, quiet_until=NOW, recheck_at=None, close=close)


async def test_alert_that_fires_again_after_its_incident_was_closed_is_looked_at(tmp_path: Path) -> None:
    async with opened(tmp_path) as databases:
        store = DatabaseIncidentStore(databases)
        resolved = numbered(1, status=AlertStatus.RESOLVED, ends_at=NOW + MINUTE)
        await store.record_events([event(1, numbered(1))], NOW, rejoin_after=LONG_AGO)
        await store.record_events([event(2, resolved, at=NOW + MINUTE)], NOW, rejoin_after=LONG_AGO)
        (run,) = await store.claim_runs(NOW, 10)
        await finish(store, run, close=True)

        later = NOW + timedelta(days=2)
        await store.record_events([event(3, numbered(1), at=later)], later, rejoin_after=later - MINUTE)
        assert await store.claim_runs(later, 10) == [
            Run(incident_id=run.incident_id, revision=run.revision + 1)
        ]


async def test_alert_that_fires_again_moves_to_the_incident_that_followed(tmp_path: Path) -> None:
    async with opened(tmp_path) as databases:
        store = DatabaseIncidentStore(databases)
        resolved = numbered(1, status=AlertStatus.RESOLVED, ends_at=NOW)
        await store.record_events([event(1, numbered(1)), event(2, resolved)], NOW, rejoin_after=LONG_AGO)
        (run,) = await store.claim_runs(NOW, 10)
        await finish(store, run, close=True)
        later = NOW + timedelta(hours=2)
        await store.record_events([event(3, numbered(2), at=later)], later, rejoin_after=later)
        await store.record_events([event(4, numbered(1), at=later)], later, rejoin_after=later)
        (follower,) = await store.claim_runs(later, 10)
        moved = await store.alerts_of(follower.incident_id, 10)
        assert [alert.id for alert, _ in moved] == [numbered(1).id, numbered(2).id]
        assert (await store.incident(follower.incident_id)).alert_count == 2
