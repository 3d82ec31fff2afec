"""Who works on this database, and who no longer does: one lease a process, by the database's clock."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLease:
    """A process that works, or that nobody has missed yet."""

    id: str
    # The workflow version that it can run.
    version: str
    started_at: datetime
    # By the database's clock, as is whether it has run out.
    renewed_seconds_ago: float
    is_expired: bool


class WorkerLeases(Protocol):
    """Every method raises StorageError while the database is away."""

    async def take(self, lease_id: str, *, version: str, seconds: float) -> None: ...

    async def renew(self, lease_id: str, *, seconds: float) -> bool:
        """Prolong it; False when it was ended meanwhile. One that ran out and was not ended is good again."""
        ...

    async def end(self, lease_id: str) -> None: ...

    async def end_expired(self) -> list[str]:
        """End the leases that have run out; give their ids.

        When this returns, none of their holders writes to the pipeline's tables any more.
        """
        ...

    async def all(self) -> list[WorkerLease]:
        """The leases that were not ended, the oldest first."""
        ...

    def turn(self) -> AbstractAsyncContextManager[int]:
        """Give how many leases there are, or 0 while another process has the turn.

        Who has it dispatches, starts runs and takes over; the turn ends with the block or the process.
        """
        ...
