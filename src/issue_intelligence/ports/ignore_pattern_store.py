"""Keeps what people called a false positive, and counts what that kept quiet."""

from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.ignore_pattern import IgnorePattern, PatternUse


class IgnorePatternStore(Protocol):
    async def add(self, pattern: IgnorePattern) -> None: ...

    async def in_force(self, service: str, environment: str, now: datetime) -> tuple[IgnorePattern, ...]: ...

    async def used(self, pattern_id: str, incident_id: str, now: datetime) -> None:
        """Note that it kept an incident quiet; each incident counts once."""
        ...

    async def all(self, limit: int) -> tuple[tuple[IgnorePattern, PatternUse], ...]:
        """Give them with their use, the newest first."""
        ...

    async def one(self, pattern_id: str) -> tuple[IgnorePattern, PatternUse] | None: ...

    async def revoke(self, pattern_id: str, now: datetime, by: str) -> bool:
        """End it, and look again at the incidents it kept quiet; False when there is no such pattern."""
        ...

    async def delete_ended(self, before: datetime, limit: int) -> int:
        """Delete some that expired or were revoked before a time; give how many."""
        ...

    async def incident_of(self, alert_id: str) -> str | None:
        """Give the id of an alert's incident; None when there is no such alert."""
        ...
