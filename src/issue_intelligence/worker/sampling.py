"""The loop that measures what is usual, beside the work on alerts and never in its way."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from issue_intelligence.ports.errors import OutsideError

log = structlog.get_logger()

# What a crash left behind, and what came in meanwhile, is done first.
AFTER_START_SECONDS = 300.0
# An hour's numbers are in no hurry, and each asks the sources that investigations ask too.
BETWEEN_SECONDS = 5.0
IDLE_SECONDS = 60.0


class SamplingLoop:
    """One loop a process; of several processes each takes the hours that no other has taken."""

    def __init__(self, sample_next: Callable[[], Awaitable[bool]]) -> None:
        """`sample_next` measures one hour, and tells whether it did."""
        self._sample_next = sample_next
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._loop(), name="sampling")

    async def stop(self) -> None:
        """End at once: an hour that is not measured to its end is taken again."""
        if self._task is None:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _loop(self) -> None:
        await asyncio.sleep(AFTER_START_SECONDS)
        while True:
            busy = await self._round()
            await asyncio.sleep(BETWEEN_SECONDS if busy else IDLE_SECONDS)

    async def _round(self) -> bool:
        try:
            return await self._sample_next()
        except OutsideError as error:
            log.warning("sampling_waits", reason=str(error))
        except Exception:
            # The runner: if this loop ended, nobody would know any more what is usual.
            log.exception("sampling_broke")
        return False
