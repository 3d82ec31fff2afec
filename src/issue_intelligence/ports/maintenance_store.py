"""Keeps the maintenance windows that people make while the service runs."""

from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.maintenance import MaintenanceWindow


class MaintenanceStore(Protocol):
    async def add(self, window: MaintenanceWindow, now: datetime) -> None:
        """Keep it; what it covers and fires is looked at when it opens."""
        ...

    async def all(self) -> tuple[MaintenanceWindow, ...]:
        """Give all, by name; one-off windows that are over too."""
        ...

    async def remove(self, window_id: str, now: datetime, by: str) -> bool:
        """Remove it, and look again at what it kept quiet; False when there is no such window."""
        ...

    async def delete_ended(self, before: datetime, limit: int) -> int:
        """Delete some one-off windows that ended before a time; give how many."""
        ...
