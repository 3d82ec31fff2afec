"""Keeps silences."""

from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.silence import Silence


class SilenceStore(Protocol):
    async def add(self, silence: Silence, now: datetime) -> None:
        """Keep it; what it covers and fires is looked at when it begins."""
        ...

    async def in_force(self, now: datetime) -> tuple[Silence, ...]: ...

    async def pending(self, now: datetime) -> tuple[Silence, ...]:
        """Give those that begin later."""
        ...

    async def all(self, limit: int) -> tuple[Silence, ...]:
        """Give the expired ones too; those that end last come first."""
        ...

    async def one(self, silence_id: str) -> Silence | None: ...

    async def expire(self, silence_id: str, now: datetime, by: str) -> Silence | None:
        """End it now, and look again at what it kept quiet; None when there is no such silence.

        One that has ended stays as it is.
        """
        ...

    async def delete_ended(self, before: datetime, limit: int) -> int:
        """Delete some that ended before a time; give how many."""
        ...
