"""Which incidents are part of which: read, decided one at a time, and changed by people."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from issue_intelligence.core.model.correlation import (
    Correlation,
    IncidentTraits,
    Member,
    Peer,
    Regrouping,
)
from issue_intelligence.ports.incident_store import Run

# Ours, the others, and whether ours is held against them for the first time.
Decide = Callable[[Peer, Sequence[Peer], bool], Regrouping]


class JoinRefusedError(Exception):
    """What a person asked for is not possible; `field` names what of the request is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


class IncidentJoins(Protocol):
    async def correlate(
        self, run: Run, traits: IncidentTraits, now: datetime, *, recent: timedelta, decide: Decide
    ) -> Correlation:
        """Hold the incident against those open or resolved within `recent`, and do as decided.

        Its traits are kept. One at a time over all workers, so that two incidents never join each other. A
        run that has done so gets the same answer again. Each incident whose part in it changed deserves a
        look.
        """
        ...

    async def peers_of_services(self, services: Sequence[str]) -> list[Peer]:
        """Give the open incidents of these services, whose names are compared without regard to case."""
        ...

    async def members(self, incident_id: str) -> list[Member]:
        """List the incidents that are part of this one, in the order in which they joined."""
        ...

    async def issue_key_of(self, incident_id: str) -> str:
        """Give the issue key of its newest verdict; "" before the first."""
        ...

    async def wake_members(self, incident_id: str, at: datetime) -> None:
        """Have a look at its open members at that time, unless one is due before."""
        ...

    async def merge(self, incident_id: str, *, into: str, by: str, note: str, now: datetime) -> None:
        """Make it part of another. Raises JoinRefusedError, and PermanentError for one that is not there."""
        ...

    async def split(self, incident_id: str, *, by: str, note: str, now: datetime) -> None:
        """Let it stand for itself, for good. Raises as `merge` does."""
        ...

    async def count_leading_incidents(self) -> int:
        """Count the incidents, closed ones too, that are part of no other."""
        ...
