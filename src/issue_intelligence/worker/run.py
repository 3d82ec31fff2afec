"""The background loop: dispatches what intake committed and starts the runs that incidents deserve."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
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
# Of each process that works: what the engine has, it takes in order; whose turn is next is decided
# before that, so it gets little ahead.
MAX_UNDER_WAY = 20
SWEEP_EVERY = timedelta(minutes=5)


class Worker:
    """One loop a process; `nudge` wakes it when something was committed.

    Of several processes on one database, one at a time has the turn.
    """

    def __init__(
        self,
        *,
        intake: IntakeStage,
        incidents: IncidentStore,
        starter: WorkflowStarter,
        clock: Clock,
        turn: Callable[[], AbstractAsyncContextManager[int]],
        take_over: Callable[[], Awaitable[bool]],
        retention: Retention | None = None,
    ) -> None:
        """`turn` gives how many processes share the work, 0 while another has the turn.

        `take_over` hands back what a lost process left, and tells whether it left anything.
        """
        self._intake = intake
        self._incidents = incidents
        self._starter = starter
        self._clock = clock
        self._turn = turn
        self._take_over = take_over
        self._retention = retention
        # The last round took as many events as it may, so more wait.
        self._is_full = False
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        # Runs that are under way may be unknown to the engine: a crash came in between, or a failure.
        self._may_be_unstarted = True
        self._workers = 0
        # Under way at the last sweep.
        self._seen_under_way: set[Run] = set()
        self._next_sweep_at = clock.now() + SWEEP_EVERY

    def nudge(self) -> None:
        self._wake.set()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._loop(), name="worker")

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    async def _loop(self) -> None:
        while not self._stopping:
            self._wake.clear()
            busy = await self._guarded(self._round)
            if not busy:
                await self._wait()
            elif not self._is_full:
                await asyncio.sleep(GATHER_SECONDS)

    async def _round(self) -> bool:
        async with self._turn() as workers:
            self._workers = workers
            if workers == 0:
                self._is_full = False
                return False
            if await self._guarded(self._take_over):
                self._may_be_unstarted = True
            busy = await self._guarded(self._dispatch)
            busy = await self._guarded(self._start_runs) or busy
            await self._guarded(self._sweep)
            if self._retention is not None and not busy:
                busy = await self._guarded(self._retention.delete_if_due)
            return busy

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
        """Start what was claimed; to a run that the engine knows, a second start does nothing."""
        runs = await self._incidents.runs_under_way()
        was_unsure = self._may_be_unstarted
        if not was_unsure:
            room = MAX_UNDER_WAY * self._workers - len(runs)
            if room <= 0:
                return False
            self._may_be_unstarted = True
            runs = await self._incidents.claim_runs(self._clock.now(), room)
        for run in runs:
            await self._starter.start(run)
        self._may_be_unstarted = False
        # Who was unsure has claimed nothing yet.
        return was_unsure or len(runs) > 0

    async def _sweep(self) -> bool:
        """Start again what has been under way for two sweeps, in case the engine does not know of it."""
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
