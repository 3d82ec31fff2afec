"""What is on the shelf."""

import sqlite3
from contextlib import closing
from pathlib import Path

from issue_intelligence.cli.demo.shop.pool import ConnectionPool, PoolExhaustedError
from issue_intelligence.cli.demo.shop.switches import Switches

_SHELF = (("teapot", 40), ("cup", 250), ("tray", 75))


class Stock:
    def __init__(self, path: Path, switches: Switches) -> None:
        self._switches = switches
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE IF NOT EXISTS shelf (item TEXT PRIMARY KEY, left INTEGER)")
            connection.executemany("INSERT OR REPLACE INTO shelf VALUES (?, ?)", _SHELF)
        self._pool = ConnectionPool(path)
        # Whoever reads a report pages through it; the cursors live until then.
        self._open_reports: list[sqlite3.Cursor] = []

    def close(self) -> None:
        self._pool.close()

    def left_of(self, item: str) -> int:
        with self._pool.connection() as connection:
            row = connection.execute("SELECT left FROM shelf WHERE item = ?", (item,)).fetchone()
        return int(row[0]) if row else 0

    def report(self) -> int:
        connection = self._pool.take()
        cursor = connection.execute("SELECT item, left FROM shelf")
        if self._switches.leaky_report:
            self._open_reports.append(cursor)
            return 0
        items = len(cursor.fetchall())
        self._pool.give_back(connection)
        return items

    def database_fault(self) -> str | None:
        """Say what is wrong with the database; None when it answers."""
        try:
            self.left_of("cup")
        except PoolExhaustedError as error:
            return str(error)
        return None
