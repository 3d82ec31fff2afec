"""Keeps to Slack's rates: about one message a second in a channel, with short bursts."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable

from issue_intelligence.kit.token_bucket import RateLimiter

# Source: https://docs.slack.dev/apis/web-api/rate-limits: "1 per second per channel", "short bursts".
MESSAGES_A_MINUTE = 60
BURST = 3


class Pace:
    """A queue for each key, first come first served."""

    def __init__(
        self,
        *,
        per_minute: float = MESSAGES_A_MINUTE,
        burst: float = BURST,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limiter = RateLimiter(rate_per_minute=per_minute, burst=burst)
        self._monotonic = monotonic
        self._sleep = sleep
        self._queues: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._paused_until: dict[str, float] = {}

    async def turn(self, key: str) -> None:
        """Wait until it is this caller's turn."""
        async with self._queues[key]:
            while (wait := self._wait_seconds(key)) > 0:
                await self._sleep(wait)

    def pause(self, key: str, seconds: float) -> None:
        """Let everybody wait so long: Slack has asked for it."""
        self._paused_until[key] = self._monotonic() + seconds

    def paused_seconds(self, key: str) -> float:
        """Tell how much of the pause is left; 0 for none."""
        return max(self._paused_until.get(key, 0.0) - self._monotonic(), 0.0)

    def _wait_seconds(self, key: str) -> float:
        paused = self.paused_seconds(key)
        return paused if paused > 0 else self._limiter.retry_after_seconds(key, self._monotonic())
