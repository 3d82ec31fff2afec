"""A pool of database connections."""

import queue
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class PoolExhaustedError(Exception):
    pass


class ConnectionPool:
    def __init__(self, path: Path, *, size: int = 5, wait_seconds: float = 0.04) -> None:
        self.size = size
        self._wait_seconds = wait_seconds
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._all = [sqlite3.connect(path, check_same_thread=False) for _ in range(size)]
        for connection in self._all:
            self._idle.put(connection)

    def take(self) -> sqlite3.Connection:
        try:
            return self._idle.get(timeout=self._wait_seconds)
        except queue.Empty:
            raise PoolExhaustedError(
                f"connection pool exhausted: all {self.size} connections are in use"
            ) from None

    def give_back(self, connection: sqlite3.Connection) -> None:
        self._idle.put(connection)

    def close(self) -> None:
        for connection in self._all:
            connection.close()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        connection = self.take()
        try:
            yield connection
        finally:
            self.give_back(connection)
