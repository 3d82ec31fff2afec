"""Takes over the runs of a process that works no more."""

from collections.abc import Callable, Collection
from typing import Protocol

import structlog

from issue_intelligence.ports.worker_leases import WorkerLeases
from issue_intelligence.worker.replica import LeasedReplica, elapsed_seconds

log = structlog.get_logger()

# So many looks in the time of a lease.
LOOKS = 4


class ClaimedRuns(Protocol):
    """What the durable engine knows of the runs that processes have begun."""

    async def executors_at_work(self) -> frozenset[str]:
        """Name the processes that have taken a run from the queue and not finished it."""
        ...

    async def hand_back(self, executor_ids: Collection[str]) -> None:
        """Put what these processes have begun back on its queue."""
        ...


class Takeover:
    """Run by the process that has the turn."""

    def __init__(
        self,
        replica: LeasedReplica,
        leases: WorkerLeases,
        claimed: ClaimedRuns,
        *,
        elapsed: Callable[[], float] = elapsed_seconds,
    ) -> None:
        self._replica = replica
        self._leases = leases
        self._claimed = claimed
        self._elapsed = elapsed
        self._next_look_at = float("-inf")

    async def __call__(self) -> bool:
        """End what has run out and hand back what nobody living works on; True when there was any."""
        now = self._elapsed()
        lost = await self._leases.end_expired() if self._replica.is_steady() else []
        if not lost and now < self._next_look_at:
            return False
        # Runs first: a process has its lease before it takes its first run.
        at_work = await self._claimed.executors_at_work()
        orphaned = at_work - {lease.id for lease in await self._leases.all()}
        if lost or orphaned:
            log.warning("taking_over", expired=sorted(lost), unfinished=sorted(orphaned))
        if orphaned:
            await self._claimed.hand_back(orphaned)
        # Only now: what failed above is looked at again in the next turn.
        self._next_look_at = now + self._replica.lease_seconds / LOOKS
        return bool(lost or orphaned)
