"""An inbound log that was lost or restored never gives a number again that was dispatched.

On SQLite only, where it is a file of its own.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from issue_intelligence.adapters.database.engines import DatabaseUrls, database_urls, sync_engine
from issue_intelligence.adapters.database.intake_tables import inbound_events
from issue_intelligence.adapters.database.migrate import upgrade
from issue_intelligence.adapters.database.tables import dispatched_events

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def urls(tmp_path: Path) -> DatabaseUrls:
    urls = database_urls("", tmp_path)
    upgrade(urls)
    return urls


def receive(urls: DatabaseUrls) -> int:
    """Store one event and give the number it got."""
    engine = sync_engine(urls.intake)
    row = {"source": "grafana", "received_at": NOW, "body": b"{}", "alert_ids": "", "rejected": ""}
    with engine.begin() as connection:
        key = connection.execute(insert(inbound_events).values(row)).inserted_primary_key
    engine.dispose()
    assert key is not None
    return int(key[0])


def dispatch(urls: DatabaseUrls, *event_ids: int) -> None:
    engine = sync_engine(urls.pipeline)
    with engine.begin() as connection:
        rows = [{"event_id": event_id, "dispatched_at": NOW} for event_id in event_ids]
        connection.execute(insert(dispatched_events), rows)
    engine.dispose()


def lose_the_inbound_log(urls: DatabaseUrls) -> None:
    path = Path(urls.intake.database or "")
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def test_lost_inbound_log_goes_on_after_the_last_dispatched_number(urls: DatabaseUrls) -> None:
    dispatch(urls, 1, 2, 7)
    lose_the_inbound_log(urls)
    upgrade(urls)
    assert receive(urls) == 8


def test_older_inbound_log_goes_on_after_the_last_dispatched_number(urls: DatabaseUrls) -> None:
    dispatch(urls, receive(urls), 40)
    upgrade(urls)
    assert receive(urls) == 41


def test_start_leaves_an_inbound_log_that_is_ahead_as_it_is(urls: DatabaseUrls) -> None:
    dispatch(urls, receive(urls))
    assert receive(urls) == 2
    upgrade(urls)
    assert receive(urls) == 3
