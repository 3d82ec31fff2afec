"""What was measured of each hour of a service, and when the service was in trouble."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.usual import HourlySample, Span


class UsualHistory(Protocol):
    async def add(self, samples: Sequence[HourlySample]) -> None:
        """Keep samples; of two of one hour, metric and source the one that covers more of the hour stays."""
        ...

    async def samples(
        self, service: str, environment: str, hours: Sequence[datetime]
    ) -> tuple[HourlySample, ...]:
        """Give what is kept of these hours of a service, in no order."""
        ...

    async def troubled(self, service: str, environment: str, since: datetime) -> tuple[Span, ...]:
        """Give the times of its incidents, but of those that were judged not real.

        An incident that has an issue, that nobody has judged yet, or that an excuse kept quiet, counts.
        An `environment` of "" means any.
        """
        ...

    async def claim_hour(self, service: str, environment: str, hour_at: datetime, now: datetime) -> bool:
        """Take an hour to measure it; False when it is measured, or another process is at it."""
        ...

    async def hour_done(self, service: str, environment: str, hour_at: datetime, now: datetime) -> None:
        """Note that a claimed hour needs no more measuring, whatever came of it."""
        ...

    async def hours_done(self, service: str, environment: str, since: datetime) -> frozenset[datetime]: ...

    async def delete_older(self, before: datetime, limit: int) -> int:
        """Delete samples and notes of hours before; give how many, at most the limit of each."""
        ...
