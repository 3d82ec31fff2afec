"""When a step is tried again."""

import pytest

from issue_intelligence.ports.errors import (
    OutsideError,
    PermanentError,
    RateLimitedError,
    StorageError,
    TransientError,
)
from issue_intelligence.worker.retry_policy import (
    RATE_LIMIT_WAIT_SECONDS,
    STORAGE_WAIT_SECONDS,
    NeverGiveUp,
    RetryPolicy,
)


@pytest.mark.parametrize(
    ("error", "again"),
    [
        # Nobody mends it meanwhile.
        (PermanentError("no permission"), False),
        # A bug of ours is the same bug again.
        (KeyError("bug"), False),
        (TransientError("busy"), True),
        # The other side said when.
        (TransientError("too many requests", retry_after_seconds=30), 30),
        (StorageError("disk full"), STORAGE_WAIT_SECONDS),
        (RateLimitedError("slow down", retry_after_seconds=3_600), 3_600),
        (RateLimitedError("slow down"), RATE_LIMIT_WAIT_SECONDS),
    ],
)
def test_each_kind_of_failure_has_its_answer(error: Exception, again: bool | float) -> None:
    assert RetryPolicy().hints()(error) == again


def test_what_stays_transient_is_given_up_after_its_attempts() -> None:
    hint = RetryPolicy(attempts=3).hints()
    assert [hint(TransientError("busy")) for _ in range(3)] == [True, True, False]


def test_while_our_own_database_is_away_no_attempt_counts() -> None:
    hint = RetryPolicy(attempts=2).hints()
    assert all(hint(StorageError("away")) for _ in range(100))
    assert hint(TransientError("busy")) is True
    assert hint(TransientError("busy")) is False


def test_a_rate_limit_may_last_as_long_as_it_likes() -> None:
    hint = RetryPolicy(attempts=2).hints()
    assert all(hint(RateLimitedError("slow down", retry_after_seconds=60)) == 60 for _ in range(100))
    assert hint(TransientError("busy")) is True
    assert hint(TransientError("busy")) is False


def test_each_step_has_its_own_attempts() -> None:
    policy = RetryPolicy(attempts=1)
    assert policy.hints()(TransientError("busy")) is False
    assert RetryPolicy(attempts=2).hints()(TransientError("busy")) is True


@pytest.mark.parametrize("error", [TransientError("busy"), PermanentError("refused"), StorageError("away")])
def test_the_end_of_a_run_is_noted_however_long_it_takes(error: OutsideError) -> None:
    hint = NeverGiveUp().hints()
    assert all(hint(error) for _ in range(100))
