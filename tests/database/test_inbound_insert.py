"""The fast way into the inbound log stores what the ordinary way stores."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, make_url, select
from sqlalchemy.exc import DBAPIError

from issue_intelligence.adapters.database.engines import sync_engine
from issue_intelligence.adapters.database.inbound_insert import insert_alone
from issue_intelligence.adapters.database.intake_tables import inbound_events, intake_metadata

ROWS: list[dict[str, Any]] = [
    {
        "source": "grafana",
        "received_at": datetime(2026, 11, 24, 10, 0, 0, 5, tzinfo=UTC),
        "body": b'{"alerts": []}',
        "alert_ids": "a b",
        "rejected": "",
        "dispatched_at": None,
    },
    {
        "source": "alertmanager",
        # No fraction: the stored text must sort and read like that of the others.
        "received_at": datetime(2026, 11, 24, 10, 0, 1, tzinfo=UTC),
        "body": b"\xff",
        "alert_ids": "",
        "rejected": "[]",
        "dispatched_at": datetime(2026, 11, 24, 10, 0, 1, tzinfo=UTC),
    },
]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = sync_engine(make_url(f"sqlite:///{tmp_path / 'intake.db'}"))
    intake_metadata.create_all(engine)
    return engine


def stored(engine: Engine, *, raw: bool) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        if raw:
            rows = connection.exec_driver_sql("SELECT * FROM inbound_events ORDER BY id").mappings().all()
        else:
            rows = connection.execute(select(inbound_events).order_by(inbound_events.c.id)).mappings().all()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_rows_are_stored_as_the_columns_types_would(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(inbound_events), ROWS)
    with engine.connect() as connection:
        insert_alone(connection, ROWS)
    raw = stored(engine, raw=True)
    assert raw[:2] == raw[2:]
    assert stored(engine, raw=False)[2:] == ROWS
    engine.dispose()


def test_rows_are_committed_without_a_further_word(engine: Engine) -> None:
    with engine.connect() as connection:
        insert_alone(connection, ROWS)
        # Another connection sees them while ours is still open.
        assert len(stored(engine, raw=True)) == 2
    engine.dispose()


def test_a_refused_row_leaves_none_of_its_batch(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError, match="NOT NULL"):
        insert_alone(connection, [*ROWS, ROWS[0] | {"body": None}])
    assert stored(engine, raw=True) == []
    engine.dispose()
