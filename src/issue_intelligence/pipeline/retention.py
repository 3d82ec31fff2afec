"""Deletes what is kept for a time only: webhooks as they came, notes of ended runs, old hours."""

from datetime import timedelta

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
        clock: Clock,
    ) -> None:
        self._inbound = inbound
        self._finished_runs = finished_runs
        self._usual = usual
        self._raw_bodies_for = raw_bodies_for
        self._finished_runs_for = finished_runs_for
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
        if bodies or runs or hours:
            log.info("old_records_deleted", raw_bodies=bodies, finished_runs=runs, hourly_samples=hours)
        if max(bodies, runs, hours) >= AT_ONCE:
            return True
        self._next_at = now + EVERY
        return False
