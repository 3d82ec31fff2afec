"""Leases in memory, by a clock that a test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from issue_intelligence.ports.errors import StorageError
from issue_intelligence.ports.worker_leases import WorkerLease

_STARTED_AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class FakeLeases:
    now: float = 0.0
    is_away: bool = False
    # By id: the version, and when the lease runs out.
    held: dict[str, tuple[str, float]] = field(default_factory=dict)

    def elapsed(self) -> float:
        return self.now

    async def take(self, lease_id: str, *, version: str, seconds: float) -> None:
        self._answer()
        self.held[lease_id] = (version, self.now + seconds)

    async def renew(self, lease_id: str, *, seconds: float) -> bool:
        self._answer()
        if lease_id not in self.held:
            return False
        self.held[lease_id] = (self.held[lease_id][0], self.now + seconds)
        return True

    async def end(self, lease_id: str) -> None:
        self._answer()
        self.held.pop(lease_id, None)

    async def end_expired(self) -> list[str]:
        self._answer()
        expired = [lease_id for lease_id, (_, until) in self.held.items() if until <= self.now]
        for lease_id in expired:
            del self.held[lease_id]
        return expired

    async def all(self) -> list[WorkerLease]:
        self._answer()
        return [
            WorkerLease(
                id=lease_id,
                version=version,
                started_at=_STARTED_AT,
                renewed_seconds_ago=0.0,
                is_expired=until <= self.now,
            )
            for lease_id, (version, until) in self.held.items()
        ]

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        self._answer()
        yield len(self.held)

    def _answer(self) -> None:
        if self.is_away:
            raise StorageError("the database is away")
