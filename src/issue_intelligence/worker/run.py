"""The background loop: dispatches what intake committed and starts the runs that incidents deserve."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from issue_intelligence.pipeline.intake import IntakeStage
from issue_intelligence.pipeline.retention import Retention
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.durable import WorkflowStarter
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.incident_store import IncidentStore, Run

log = structlog.get_logger()

# Also without a nudge: another process may have committed, or a recheck may be due.
IDLE_SECONDS = 1.0
AFTER_ERROR_SECONDS = 2.0
# Between rounds that were not full: a round costs two commits whether it holds one event or a hundred.
GATHER_SECONDS = 0.05
EVENTS_A_ROUND = 200
# What the engine has, it takes in order; whose turn is next is decided before that, so it gets little ahead.
MAX_UNDER_WAY = 20
SWEEP_EVERY = timedelta(minutes=5)


class Worker:
    """One loop a process; `nudge` wakes it when something was committed."""

    def __init__(
        self,
        *,
        intake: IntakeStage,
        incidents: IncidentStore,
        starter: WorkflowStarter,
        clock: Clock,
        retention: Retention | None = None,
    ) -> None:
        self._intake = intake
        self._incidents = incidents
        self._starter = starter
        self._clock = clock
        self._retention = retention
        # The last round took as many events as it may, so more wait.
        self._is_full = False
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        # Claimed, and not yet known to the engine.
        self._unstarted: list[Run] = []
        # Under way at the last sweep.
        self._seen_under_way: set[Run] = set()
        self._next_sweep_at = clock.now() + SWEEP_EVERY

    def nudge(self) -> None:
        self._wake.set()

    async def start(self) -> None:
        """Start again what a crash interrupted before the engine knew of it, then loop."""
        self._unstarted = await self._incidents.runs_under_way()
        self._task = asyncio.create_task(self._loop(), name="worker")

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    async def _loop(self) -> None:
        while not self._stopping:
            self._wake.clear()
            busy = await self._guarded(self._dispatch)
            busy = await self._guarded(self._start_runs) or busy
            await self._guarded(self._sweep)
            if self._retention is not None and not busy:
                busy = await self._guarded(self._retention.delete_if_due)
            if not busy:
                await self._wait()
            elif not self._is_full:
                await asyncio.sleep(GATHER_SECONDS)

    async def _guarded(self, work: Callable[[], Awaitable[bool]]) -> bool:
        try:
            return await work()
        except OutsideError as error:
            log.warning("worker_waits", reason=str(error))
        except Exception:
            # The runner: if this loop ended, alerts would be acknowledged and never looked at.
            log.exception("worker_broke")
        await asyncio.sleep(AFTER_ERROR_SECONDS)
        return False

    async def _dispatch(self) -> bool:
        events = await self._intake.dispatch(EVENTS_A_ROUND)
        self._is_full = events >= EVENTS_A_ROUND
        return events > 0

    async def _start_runs(self) -> bool:
        if not self._unstarted:
            room = MAX_UNDER_WAY - len(await self._incidents.runs_under_way())
            self._unstarted = await self._incidents.claim_runs(self._clock.now(), room) if room > 0 else []
        started = len(self._unstarted)
        while self._unstarted:
            await self._starter.start(self._unstarted[-1])
            self._unstarted.pop()
        return started > 0

    async def _sweep(self) -> bool:
        """Start again what has been under way for two sweeps: to a run that really is, that does nothing."""
        if self._clock.now() < self._next_sweep_at:
            return False
        self._next_sweep_at = self._clock.now() + SWEEP_EVERY
        under_way = set(await self._incidents.runs_under_way())
        for run in under_way & self._seen_under_way:
            await self._starter.start(run)
        self._seen_under_way = under_way
        return False

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return
