"""Commits what many requests bring in one transaction: one fsync for all who wait for it."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.ports.errors import OutsideError, PermanentError, TransientError

log = structlog.get_logger()

# A write of many rows at once: all rows of one table statement that wait are written together.
WriteRows = Callable[[Connection, Sequence[dict[str, Any]]], None]
# Called in the event loop after the commit, with None or with what stood in the way; it must not raise.
Done = Callable[[OutsideError | None], None]


class _Waiting:
    __slots__ = ("alone", "done", "rows", "size_bytes", "write")

    def __init__(
        self,
        write: WriteRows,
        rows: Sequence[dict[str, Any]],
        *,
        alone: WriteRows | None,
        size_bytes: int,
        done: Done,
    ) -> None:
        self.write = write
        self.rows = rows
        self.alone = alone
        self.size_bytes = size_bytes
        self.done = done


class GroupCommitter:
    """One thread that writes what waits, commits once, and wakes all.

    While one commit is on its way to the disk, the next batch gathers: the slower the disk, the
    larger the batches. The event loop hands over whole batches and takes back whole outcomes, since
    each change of threads costs as much as several requests. What waits is bounded in writes and in
    bytes.
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
        # Everything but the connection and the hand-over belongs to the event loop, so nothing is locked.
        self._gathering: list[_Waiting] = []
        self._waiting_count = 0
        self._waiting_bytes = 0
        self._is_busy = False
        self._is_stopping = False
        self._ended = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        # None ends the thread.
        self._batches: SimpleQueue[list[_Waiting] | None] = SimpleQueue()
        self._connection: Connection | None = None

    def start(self) -> None:
        """Start the thread; must be called in the event loop that will wait."""
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._run, name="group-commit", daemon=True).start()

    async def stop(self) -> None:
        """Commit what waits and end the thread."""
        if self._loop is None or self._is_stopping:
            return
        self._is_stopping = True
        if not self._is_busy:
            self._hand_over()
        await self._ended.wait()

    def waiting(self) -> int:
        return self._waiting_count

    async def write(
        self,
        write: WriteRows,
        rows: Sequence[dict[str, Any]],
        *,
        size_bytes: int = 0,
        alone: WriteRows | None = None,
    ) -> None:
        """Write rows and wait for their commit; raises as `submit` does, or what stood in its way."""
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def done(error: OutsideError | None) -> None:
            # Who waited may have gone away; the rows are committed all the same.
            if committed.done():
                return
            if error is None:
                committed.set_result(None)
            else:
                committed.set_exception(error)

        self.submit(write, rows, done, size_bytes=size_bytes, alone=alone)
        await committed

    def submit(
        self,
        write: WriteRows,
        rows: Sequence[dict[str, Any]],
        done: Done,
        *,
        size_bytes: int = 0,
        alone: WriteRows | None = None,
    ) -> None:
        """Have rows written, and `done` called once they are committed or cannot be.

        `alone` does the same as `write` and commits by itself, for a batch that holds nothing else.
        `done` gets a TransientError when the database does not take commits now, and a PermanentError
        when it refuses these rows. Raises TransientError when the queue is full; `done` is not called then.
        """
        if self._loop is None or self._is_stopping:
            raise TransientError("the service is stopping", retry_after_seconds=5)
        if (
            self._waiting_count >= self._max_waiting
            or self._waiting_bytes + size_bytes > self._max_waiting_bytes
        ):
            raise TransientError("too many writes wait for the disk", retry_after_seconds=1)
        self._waiting_count += 1
        self._waiting_bytes += size_bytes
        self._gathering.append(_Waiting(write, rows, alone=alone, size_bytes=size_bytes, done=done))
        if not self._is_busy:
            self._is_busy = True
            # Only after the requests that are ready now, so that they share the commit.
            self._loop.call_soon(self._hand_over)

    def _hand_over(self) -> None:
        """Give the thread its next batch, or its end; in the event loop."""
        if self._gathering:
            self._is_busy = True
            batch = self._gathering[: self._max_batch]
            del self._gathering[: self._max_batch]
            self._batches.put(batch)
            return
        self._is_busy = False
        if self._is_stopping:
            self._batches.put(None)

    def _take_back(self, outcomes: Sequence[tuple[_Waiting, OutsideError | None]]) -> None:
        """Tell everyone who waits for a batch; in the event loop."""
        for waiting, _ in outcomes:
            self._waiting_count -= 1
            self._waiting_bytes -= waiting.size_bytes
        # The next batch first: it can be on its way to the disk while these are answered.
        self._hand_over()
        for waiting, error in outcomes:
            waiting.done(error)

    def _run(self) -> None:
        while (batch := self._batches.get()) is not None:
            error = self._attempt(batch)
            if isinstance(error, PermanentError) and len(batch) > 1:
                # One of them is to blame, and the others shall not pay for it.
                outcomes = [(waiting, self._attempt([waiting])) for waiting in batch]
            else:
                outcomes = [(waiting, error) for waiting in batch]
            self._tell(self._take_back, outcomes)
        self._disconnect()
        self._tell(self._ended.set)

    def _tell(self, callback: Callable[..., None], *arguments: Any) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(callback, *arguments)

    def _attempt(self, batch: Sequence[_Waiting]) -> OutsideError | None:
        """Commit the batch; give what stood in the way."""
        was_open = self._connection is not None
        error, lost = self._attempt_once(batch)
        if was_open and lost:
            # A connection that broke while nobody used it says nothing about the database now. If only
            # the answer to a commit was lost, its alerts stand there twice, and the second is a repeat.
            error, _ = self._attempt_once(batch)
        return error

    def _attempt_once(self, batch: Sequence[_Waiting]) -> tuple[OutsideError | None, bool]:
        """Commit the batch; give what stood in the way, and whether that was the end of the connection."""
        try:
            with translated():
                self._connection = self._connection or self._engine.connect()
                self._commit(self._connection, batch)
            return None, False
        except OutsideError as failure:
            error = failure
        except Exception as failure:
            # Whatever it is, a thread that ended would leave every later request waiting for ever.
            log.exception("group_commit_broke")
            error = PermanentError(f"the rows could not be written: {type(failure).__name__}: {failure}")
        lost = self._connection is not None and self._connection.invalidated
        # A fresh connection for the next batch: this one's state is not known.
        self._disconnect(broken=True)
        return error, lost

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
