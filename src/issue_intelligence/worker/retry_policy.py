"""How often and how patiently a step is tried again."""

from collections.abc import Callable
from datetime import timedelta

from issue_intelligence.ports.errors import OutsideError, RateLimitedError, StorageError, TransientError

# Between tries while our own database does not answer.
STORAGE_WAIT_SECONDS = 2.0
# Where the other side asks us to wait and does not say how long.
RATE_LIMIT_WAIT_SECONDS = 60.0


class RetryPolicy:
    """How often and how patiently a step is tried again."""

    def __init__(self, *, attempts: int = 6, first_wait: timedelta = timedelta(seconds=1)) -> None:
        self.attempts = attempts
        self.first_wait = first_wait
        self.longest_wait = timedelta(minutes=2)

    def hints(self) -> Callable[[Exception], bool | float]:
        """Give what judges the failures of one step: whether to try again, or after how many seconds.

        What is transient is tried again, no sooner than the other side asked for. While our own
        database is away nothing counts: giving up would have to be noted there. Nor does waiting for a
        rate limit, which may last an hour and ends by itself.
        """
        failures = 0

        def hint(error: Exception) -> bool | float:
            nonlocal failures
            if isinstance(error, StorageError):
                return STORAGE_WAIT_SECONDS
            if isinstance(error, RateLimitedError):
                wait = error.retry_after_seconds
                return RATE_LIMIT_WAIT_SECONDS if wait is None else wait
            failures += 1
            if not isinstance(error, TransientError) or failures >= self.attempts:
                return False
            return True if error.retry_after_seconds is None else error.retry_after_seconds

        return hint


class NeverGiveUp(RetryPolicy):
    """For noting the end of a run: without that its incident would never be looked at again."""

    def hints(self) -> Callable[[Exception], bool | float]:
        return lambda error: isinstance(error, OutsideError)
