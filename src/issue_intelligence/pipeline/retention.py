"""Deletes what is kept for a time only: webhooks as they came, and the engine's notes of ended runs."""

from datetime import timedelta

import structlog

from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.durable import FinishedRuns
from issue_intelligence.ports.inbound_log import InboundLog

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
        raw_bodies_for: timedelta,
        finished_runs_for: timedelta,
        clock: Clock,
    ) -> None:
        self._inbound = inbound
        self._finished_runs = finished_runs
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
        if bodies or runs:
            log.info("old_records_deleted", raw_bodies=bodies, finished_runs=runs)
        if bodies >= AT_ONCE or runs >= AT_ONCE:
            return True
        self._next_at = now + EVERY
        return False
