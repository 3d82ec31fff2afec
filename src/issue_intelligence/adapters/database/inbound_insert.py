"""Inserts many inbound events into SQLite as one statement, which is a transaction of its own.

The driver lets other threads run around every statement, and then waits for its turn, up to 5 ms
each time, while the event loop is busy with requests. One statement for begin, rows and commit
waits once a batch instead of once a row (docs/benchmarks.md).
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from issue_intelligence.adapters.database.intake_tables import inbound_events

_COLUMNS = ("source", "received_at", "body", "alert_ids", "rejected", "dispatched_at")
# SQLite takes at most 32,766 variables a statement; the committer's batches stay far below.
_PLACES = f"({', '.join('?' * len(_COLUMNS))})"


def insert_alone(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert and commit; `connection` must be outside a transaction, in the driver's autocommit mode."""
    values: list[object] = []
    for row in rows:
        values += (
            row["source"],
            _stored(row["received_at"]),
            row["body"],
            row["alert_ids"],
            row["rejected"],
            _stored(row["dispatched_at"]),
        )
    statement = _statement(len(rows))
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(statement, values)
    except sqlite3.OperationalError as error:
        raise OperationalError(statement, None, error) from error
    except sqlite3.Error as error:
        raise DBAPIError(statement, None, error) from error


@lru_cache(maxsize=128)
def _statement(rows: int) -> str:
    values = ", ".join([_PLACES] * rows)
    return f"INSERT INTO {inbound_events.name} ({', '.join(_COLUMNS)}) VALUES {values}"  # noqa: S608


def _stored(moment: datetime | None) -> str | None:
    """Write a UTC time as the column's type does."""
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds") if moment is not None else None
