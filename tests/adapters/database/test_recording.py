"""Alerts become rows and incidents."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import make_url

from issue_intelligence.adapters.database import recording
from issue_intelligence.adapters.database.alert_history import DatabaseAlertHistory
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.tables import incidents
from issue_intelligence.core.model.alert import AlertStatus
from issue_intelligence.ports.alert_history import HistoryQuery
from issue_intelligence.ports.incident_store import Run
from tests.adapters.database.stores import NOW, event, numbered, opened

LONG = timedelta(days=30)
MINUTE = timedelta(minutes=1)
DIALECT = make_url("postgresql+psycopg://").get_dialect()()


async def finish(store: DatabaseIncidentStore, run: Run, *, close: bool) -> None:
    await store.finish_run(run, NOW, quiet_until=NOW, recheck_at=None, close=close)


async def test_alert_that_fires_again_after_its_incident_was_closed_is_looked_at(tmp_path: Path) -> None:
    async with opened(tmp_path) as databases:
        store = DatabaseIncidentStore(databases)
        resolved = numbered(1, status=AlertStatus.RESOLVED, ends_at=NOW + MINUTE)
        await store.record_events([event(1, numbered(1))], NOW, rejoin_window=LONG)
        await store.record_events([event(2, resolved, at=NOW + MINUTE)], NOW, rejoin_window=LONG)
        (run,) = await store.claim_runs(NOW, 10)
        await finish(store, run, close=True)

        later = NOW + timedelta(days=2)
        await store.record_events([event(3, numbered(1), at=later)], later, rejoin_window=MINUTE)
        assert await store.claim_runs(later, 10) == [
            Run(incident_id=run.incident_id, revision=run.revision + 1)
        ]


async def test_alert_that_fires_again_moves_to_the_incident_that_followed(tmp_path: Path) -> None:
    async with opened(tmp_path) as databases:
        store = DatabaseIncidentStore(databases)
        resolved = numbered(1, status=AlertStatus.RESOLVED, ends_at=NOW)
        await store.record_events([event(1, numbered(1)), event(2, resolved)], NOW, rejoin_window=LONG)
        (run,) = await store.claim_runs(NOW, 10)
        await finish(store, run, close=True)
        later = NOW + timedelta(hours=2)
        await store.record_events([event(3, numbered(2), at=later)], later, rejoin_window=timedelta())
        await store.record_events([event(4, numbered(1), at=later)], later, rejoin_window=timedelta())
        (follower,) = await store.claim_runs(later, 10)
        moved = await store.alerts_of(follower.incident_id, 10)
        assert [alert.id for alert, _ in moved] == [numbered(1).id, numbered(2).id]
        assert (await store.incident(follower.incident_id)).alert_count == 2


async def test_names_longer_than_their_columns_are_cut(tmp_path: Path) -> None:
    """PostgreSQL refuses what is too long, and with it the whole delivery."""
    labels = {"alertname": "n" * 4_096, "service": "s" * 4_096, "environment": "e" * 4_096}
    async with opened(tmp_path) as databases:
        store = DatabaseIncidentStore(databases)
        await store.record_events([event(1, numbered(1, labels=labels))], NOW, rejoin_window=LONG)
        (run,) = await store.claim_runs(NOW, 10)
        incident = await store.incident(run.incident_id)
        assert (len(incident.alert_name), len(incident.service), len(incident.environment)) == (
            512,
            255,
            255,
        )
        page = await DatabaseAlertHistory(databases, store).page(HistoryQuery())
        assert [(len(row["alert_name"]), len(row["service"])) for row in page.alerts] == [(512, 255)]


def test_rows_that_are_read_to_be_rewritten_are_locked() -> None:
    """Else, on PostgreSQL, a claim in between is overwritten, and an alert that came in gets no look."""
    statement = recording.incidents_to_rewrite(incidents.c.key.in_(["a"]))
    assert str(statement.compile(dialect=DIALECT)).endswith("FOR UPDATE")
