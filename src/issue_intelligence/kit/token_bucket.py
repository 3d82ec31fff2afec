"""Token buckets: so many requests a minute for each key, with bursts, in bounded memory."""

from collections import OrderedDict
from dataclasses import dataclass

_SECONDS_PER_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """What is left of one key's allowance."""

    tokens: float
    # When `tokens` was counted, in seconds of a clock that does not jump.
    counted_at_seconds: float


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one request."""

    state: TokenBucket
    allowed: bool
    # After how long the next request will be allowed; 0 when this one was.
    retry_after_seconds: float


def take(state: TokenBucket | None, now_seconds: float, rate_per_minute: float, burst: float) -> Taken:
    """Take one token if there is one; None stands for a key never seen, whose bucket is full.

    `rate_per_minute` must be positive and `burst` at least 1. A clock that went back adds nothing.
    """
    if rate_per_minute <= 0 or burst < 1:
        raise ValueError("the rate must be positive and the burst at least 1")
    per_second = rate_per_minute / _SECONDS_PER_MINUTE
    if state is None:
        tokens = float(burst)
    else:
        elapsed_seconds = max(now_seconds - state.counted_at_seconds, 0.0)
        tokens = min(state.tokens + elapsed_seconds * per_second, float(burst))
    if tokens >= 1:
        return Taken(TokenBucket(tokens - 1, now_seconds), allowed=True, retry_after_seconds=0.0)
    return Taken(
        TokenBucket(tokens, now_seconds), allowed=False, retry_after_seconds=(1 - tokens) / per_second
    )


class RateLimiter:
    """A token bucket for each key; beyond `max_keys` the key used longest ago is forgotten.

    A forgotten key starts with a full bucket, so `max_keys` should exceed the number of honest senders.
    """

    def __init__(self, *, rate_per_minute: float, burst: float, max_keys: int = 10_000) -> None:
        """A rate of 0 or less means no limit."""
        if max_keys < 1:
            raise ValueError("max_keys must be at least 1")
        self._rate_per_minute = rate_per_minute
        self._burst = max(burst, 1.0)
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait_seconds(self, key: str, now_seconds: float) -> float:
        """Tell how long the key would have to wait now, and count nothing."""
        if self._rate_per_minute <= 0:
            return 0.0
        return take(
            self._buckets.get(key), now_seconds, self._rate_per_minute, self._burst
        ).retry_after_seconds

    def retry_after_seconds(self, key: str, now_seconds: float) -> float:
        """Count one request of `key`; 0 when it is allowed, else how long the key should wait."""
        if self._rate_per_minute <= 0:
            return 0.0
        taken = take(self._buckets.get(key), now_seconds, self._rate_per_minute, self._burst)
        self._buckets[key] = taken.state
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return taken.retry_after_seconds
