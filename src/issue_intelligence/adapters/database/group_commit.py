"""Commits what many requests bring in one transaction: one fsync for all who wait for it."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.ports.errors import OutsideError, PermanentError, TransientError

log = structlog.get_logger()

# A write of many rows at once: all rows of one table statement that wait are written together.
WriteRows = Callable[[Connection, Sequence[dict[str, Any]]], None]


class _Waiting:
    __slots__ = ("alone", "done", "rows", "write")

    def __init__(
        self,
        write: WriteRows,
        rows: Sequence[dict[str, Any]],
        *,
        alone: WriteRows | None,
        done: "asyncio.Future[None]",
    ) -> None:
        self.write = write
        self.rows = rows
        self.alone = alone
        self.done = done


class GroupCommitter:
    """One thread that takes everything that waits, writes it, commits once, and wakes all.

    While one commit is on its way to the disk, the next batch gathers: the slower the disk, the
    larger the batches. The queue is bounded in writes and in bytes.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        max_waiting: int = 5_000,
        max_waiting_bytes: int = 256 * 1024 * 1024,
        max_batch: int = 1_000,
    ) -> None:
        self._engine = engine
        self._max_waiting = max_waiting
        self._max_waiting_bytes = max_waiting_bytes
        self._max_batch = max_batch
        self._queue: deque[_Waiting] = deque()
        self._waiting_bytes = 0
        self._wake = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        # The thread's own.
        self._connection: Connection | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()

    def start(self) -> None:
        """Start the thread; must be called in the event loop that will wait."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Commit what waits and end the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        # Not through the loop's executor: the durable engine has put its own there, and has closed it by now.
        if self._thread is not None:
            await self._ended.wait()

    def waiting(self) -> int:
        return len(self._queue)

    async def write(
        self,
        write: WriteRows,
        rows: Sequence[dict[str, Any]],
        *,
        size_bytes: int = 0,
        alone: WriteRows | None = None,
    ) -> None:
        """Write rows and wait for their commit.

        `alone` does the same and commits by itself, for a batch that holds nothing else.
        Raises TransientError when the queue is full or the database does not take commits now, and
        PermanentError when it refuses these rows.
        """
        if self._loop is None or self._stopping:
            raise TransientError("the service is stopping", retry_after_seconds=5)
        done: asyncio.Future[None] = self._loop.create_future()
        with self._wake:
            if (
                len(self._queue) >= self._max_waiting
                or self._waiting_bytes + size_bytes > self._max_waiting_bytes
            ):
                raise TransientError("too many writes wait for the disk", retry_after_seconds=1)
            self._waiting_bytes += size_bytes
            self._queue.append(_Waiting(write, rows, alone=alone, done=done))
            self._wake.notify()
        try:
            await done
        finally:
            self._waiting_bytes -= size_bytes

    def _run(self) -> None:
        while batch := self._next_batch():
            error = self._attempt(batch)
            if isinstance(error, PermanentError) and len(batch) > 1:
                # One of them is to blame, and the others shall not pay for it.
                for waiting in batch:
                    self._tell([waiting], self._attempt([waiting]))
            else:
                self._tell(batch, error)
        self._disconnect()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ended.set)

    def _next_batch(self) -> list[_Waiting]:
        """Wait for something to write; nothing means that it is time to end."""
        with self._wake:
            while not self._queue and not self._stopping:
                self._wake.wait()
            return [self._queue.popleft() for _ in range(min(len(self._queue), self._max_batch))]

    def _attempt(self, batch: Sequence[_Waiting]) -> OutsideError | None:
        """Commit the batch; give what stood in the way."""
        try:
            with translated():
                self._connection = self._connection or self._engine.connect()
                self._commit(self._connection, batch)
            return None
        except OutsideError as failure:
            error = failure
        except Exception as failure:
            # Whatever it is, a thread that ended would leave every later request waiting for ever.
            log.exception("group_commit_broke")
            error = PermanentError(f"the rows could not be written: {type(failure).__name__}: {failure}")
        # A fresh connection for the next batch: this one's state is not known.
        self._disconnect(broken=True)
        return error

    def _disconnect(self, *, broken: bool = False) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if broken and not connection.closed:
                connection.invalidate()
            connection.close()
        except SQLAlchemyError as error:
            log.warning("group_commit_connection_lost", error=str(error))

    @staticmethod
    def _commit(connection: Connection, batch: Sequence[_Waiting]) -> None:
        by_write: dict[WriteRows, list[dict[str, Any]]] = {}
        for waiting in batch:
            by_write.setdefault(waiting.write, []).extend(waiting.rows)
        alone = batch[0].alone
        if alone is not None and len(by_write) == 1:
            alone(connection, next(iter(by_write.values())))
            return
        with connection.begin():
            for write, rows in by_write.items():
                write(connection, rows)

    def _tell(self, batch: Sequence[_Waiting], error: OutsideError | None) -> None:
        def resolve() -> None:
            for waiting in batch:
                # A client that went away has cancelled its future; its alert is committed all the same.
                if waiting.done.done():
                    continue
                if error is None:
                    waiting.done.set_result(None)
                else:
                    waiting.done.set_exception(error)

        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(resolve)
