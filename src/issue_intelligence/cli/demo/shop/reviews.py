"""What customers say of things, and the import that reads them from a partner."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from issue_intelligence.cli.demo.shop.pool import ConnectionPool, PoolExhaustedError

# Outlives a restart, as a configuration file does.
CONFIG_FILE = "reviews.json"
_IMPORT_KEY = "import_with_every_connection"
_REVIEWS = (("teapot", 5), ("teapot", 4), ("cup", 5), ("tray", 3))


class Reviews:
    def __init__(self, folder: Path) -> None:
        self._config = folder / CONFIG_FILE
        path = folder / "reviews.db"
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TABLE IF EXISTS reviews")
            connection.execute("CREATE TABLE reviews (item TEXT, stars INTEGER)")
            connection.executemany("INSERT INTO reviews VALUES (?, ?)", _REVIEWS)
        self._pool = ConnectionPool(path)
        self._importing: list[sqlite3.Connection] = []
        if self._config.exists() and json.loads(self._config.read_text(encoding="utf-8"))[_IMPORT_KEY]:
            self._begin_import()

    def configure_import(self, *, on: bool) -> None:
        """Note it in the configuration; the import begins at once, and with every start from now on."""
        self._config.write_text(json.dumps({_IMPORT_KEY: on}), encoding="utf-8")
        if on:
            self._begin_import()

    def close(self) -> None:
        self._pool.close()

    def stars_of(self, item: str) -> list[int]:
        with self._pool.connection() as connection:
            rows = connection.execute("SELECT stars FROM reviews WHERE item = ?", (item,)).fetchall()
        return [int(row[0]) for row in rows]

    def database_fault(self) -> str | None:
        """Say what is wrong with the database; None when it answers."""
        try:
            self.stars_of("cup")
        except PoolExhaustedError as error:
            return str(error)
        return None

    def _begin_import(self) -> None:
        # One for each of the partner's feeds, and kept until a feed ends, which none does.
        while len(self._importing) < self._pool.size:
            self._importing.append(self._pool.take())
