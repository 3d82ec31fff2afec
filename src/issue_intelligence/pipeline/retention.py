"""Deletes what is kept for a time only: webhooks as they came, notes of ended runs, old hours and excuses."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from issue_intelligence.core.investigate.usual import KEPT_FOR
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.durable import FinishedRuns
from issue_intelligence.ports.inbound_log import InboundLog
from issue_intelligence.ports.usual_history import UsualHistory

log = structlog.get_logger()

EVERY = timedelta(hours=1)
# What a crash left behind is done first.
AFTER_START = timedelta(minutes=5)
# In one transaction; alerts that come in meanwhile wait for it.
AT_ONCE = 100


class Ended(Protocol):
    """Keeps what ends, and can forget it."""

    async def delete_ended(self, before: datetime, limit: int) -> int: ...


class Retention:
    """Looks once an hour, and then a little at a time until nothing old is left."""

    def __init__(
        self,
        *,
        inbound: InboundLog,
        finished_runs: FinishedRuns,
        usual: UsualHistory,
        raw_bodies_for: timedelta,
        finished_runs_for: timedelta,
        ended: Mapping[str, Ended],
        ended_for: timedelta,
        clock: Clock,
    ) -> None:
        """`ended` are stores by what they keep, in the plural."""
        self._inbound = inbound
        self._finished_runs = finished_runs
        self._usual = usual
        self._raw_bodies_for = raw_bodies_for
        self._finished_runs_for = finished_runs_for
        self._ended = ended
        self._ended_for = ended_for
        self._clock = clock
        self._next_at = clock.now() + AFTER_START

    async def delete_if_due(self) -> bool:
        """Delete a little of what is too old; True when there may be more of it.

        Raises TransientError while the database is away; the next call tries again.
        """
        now = self._clock.now()
        if now < self._next_at:
            return False
        bodies = await self._inbound.delete_dispatched(now - self._raw_bodies_for, AT_ONCE)
        runs = await self._finished_runs.delete_finished(now - self._finished_runs_for, AT_ONCE)
        hours = await self._usual.delete_older(now - KEPT_FOR, AT_ONCE)
        excuses = {
            name: await store.delete_ended(now - self._ended_for, AT_ONCE)
            for name, store in self._ended.items()
        }
        if bodies or runs or hours or any(excuses.values()):
            log.info(
                "old_records_deleted", raw_bodies=bodies, finished_runs=runs, hourly_samples=hours, **excuses
            )
        if max(bodies, runs, hours, *excuses.values()) >= AT_ONCE:
            return True
        self._next_at = now + EVERY
        return False
