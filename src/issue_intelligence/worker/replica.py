"""This process among those that work on one database: its name, its lease, and whether it may act."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Protocol

import structlog

from issue_intelligence.ports.acting import MayAct
from issue_intelligence.ports.errors import OutsideError, StorageError
from issue_intelligence.ports.worker_leases import WorkerLeases

log = structlog.get_logger()

# A lease is renewed so many times before it runs out.
RENEWALS = 6
# What is begun outside while this part of a lease has not passed has ended when the lease runs out.
ACTING_PART = 0.5


def elapsed_seconds() -> float:
    """A clock that no one sets, and that also counts while the machine sleeps, where there is one."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class Replica(MayAct, Protocol):
    """One of the processes whose pipelines share a database."""

    @property
    def id(self) -> str:
        """The name under which the durable engine knows this process; no other has it."""
        ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def turn(self) -> AbstractAsyncContextManager[int]:
        """Give how many processes share the work, or 0 while another has the turn."""
        ...

    async def living_versions(self) -> frozenset[str]:
        """The workflow versions that some process can run."""
        ...


class LeasedReplica:
    """One of several, on PostgreSQL."""

    def __init__(
        self,
        leases: WorkerLeases,
        *,
        id: str,  # noqa: A002  (the word of the whole product)
        version: str,
        lease_seconds: float,
        fence: Callable[[], None],
        on_lost: Callable[[], None],
        elapsed: Callable[[], float] = elapsed_seconds,
    ) -> None:
        """`fence` is called once the lease is held: from then on the database takes no writes without it.

        `on_lost` is called once, when others have taken over: the process then has to end.
        """
        self.id = id
        self.lease_seconds = lease_seconds
        self._leases = leases
        self._version = version
        self._fence = fence
        self._on_lost = on_lost
        self._elapsed = elapsed
        self._acts_until = float("-inf")
        self._steady_since = float("inf")
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        begun = self._elapsed()
        await self._leases.take(self.id, version=self._version, seconds=self.lease_seconds)
        self._fence()
        self._confirmed(begun)
        self._task = asyncio.create_task(self._keep(), name="lease")

    async def stop(self) -> None:
        """End the lease, so that others go on at once with what is unfinished here."""
        self._acts_until = float("-inf")
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        try:
            await self._leases.end(self.id)
        except OutsideError as error:
            log.warning("lease_not_ended", reason=str(error))

    def check(self) -> None:
        if self._elapsed() >= self._acts_until:
            raise StorageError("this process could not renew its lease, so others may be about to take over")

    def is_steady(self) -> bool:
        """Tell whether the lease was good for so long that every other living process has renewed its own.

        Else all leases run out together in an outage of the database, and who is first ends the others.
        """
        now = self._elapsed()
        return now < self._acts_until and now - self._steady_since >= self.lease_seconds * ACTING_PART

    def turn(self) -> AbstractAsyncContextManager[int]:
        return self._leases.turn()

    async def living_versions(self) -> frozenset[str]:
        return frozenset(lease.version for lease in await self._leases.all())

    async def renew(self) -> bool:
        """Renew the lease once; False when it is lost for good."""
        begun = self._elapsed()
        try:
            async with asyncio.timeout(self.lease_seconds * ACTING_PART):
                held = await self._leases.renew(self.id, seconds=self.lease_seconds)
        except (OutsideError, TimeoutError) as error:
            log.warning("lease_not_renewed", reason=str(error))
            return True
        if held:
            self._confirmed(begun)
        return held

    def _confirmed(self, begun: float) -> None:
        # Counted from before the request, as the database counts from some time after it.
        if begun >= self._acts_until:
            self._steady_since = begun
        self._acts_until = begun + self.lease_seconds * ACTING_PART

    async def _keep(self) -> None:
        while await self.renew():  # noqa: ASYNC110  (a lease is renewed by time, not by an event)
            await asyncio.sleep(self.lease_seconds / RENEWALS)
        self._acts_until = float("-inf")
        log.error("lease_lost", executor_id=self.id, action="this process ends, others do its work")
        self._on_lost()


class SoleReplica:
    """The only one, on SQLite: a lock on a file keeps a second away."""

    def __init__(
        self,
        *,
        id: str,  # noqa: A002
        version: str,
        acquire: Callable[[], None],
        release: Callable[[], None],
    ) -> None:
        """`acquire` raises PermanentError when another process has the lock."""
        self.id = id
        self._version = version
        self._acquire = acquire
        self._release = release

    async def start(self) -> None:
        self._acquire()

    async def stop(self) -> None:
        self._release()

    def check(self) -> None:
        """Nobody else is there."""

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        yield 1

    async def living_versions(self) -> frozenset[str]:
        return frozenset({self._version})
