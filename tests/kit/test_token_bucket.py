import pytest

from issue_intelligence.kit.token_bucket import RateLimiter, TokenBucket, take


def test_burst_is_allowed_at_once_and_not_one_more() -> None:
    limiter = RateLimiter(rate_per_minute=60, burst=3)
    waits = [limiter.retry_after_seconds("a", 100.0) for _ in range(4)]
    assert waits == [0.0, 0.0, 0.0, 1.0]


def test_waiting_as_long_as_told_is_enough() -> None:
    limiter = RateLimiter(rate_per_minute=7, burst=1)
    assert limiter.retry_after_seconds("a", 0.0) == 0.0
    wait = limiter.retry_after_seconds("a", 1.0)
    assert wait > 0
    assert limiter.retry_after_seconds("a", 1.0 + wait + 1e-9) == 0.0


def test_refused_requests_do_not_push_the_next_one_away() -> None:
    limiter = RateLimiter(rate_per_minute=60, burst=1)
    limiter.retry_after_seconds("a", 0.0)
    for tenth in range(1, 10):
        assert limiter.retry_after_seconds("a", tenth / 10) > 0
    assert limiter.retry_after_seconds("a", 1.001) == 0.0


def test_one_key_does_not_use_up_another() -> None:
    limiter = RateLimiter(rate_per_minute=1, burst=1)
    assert limiter.retry_after_seconds("a", 0.0) == 0.0
    assert limiter.retry_after_seconds("a", 0.0) > 0
    assert limiter.retry_after_seconds("b", 0.0) == 0.0


def test_the_key_used_longest_ago_is_forgotten() -> None:
    limiter = RateLimiter(rate_per_minute=1, burst=1, max_keys=2)
    for key in ("a", "b", "a", "c"):
        limiter.retry_after_seconds(key, 0.0)
    assert len(limiter) == 2
    # "b" was forgotten and starts anew; "a" was used in between and is still known.
    assert limiter.retry_after_seconds("a", 0.0) > 0
    assert limiter.retry_after_seconds("b", 0.0) == 0.0


def test_rate_zero_means_no_limit() -> None:
    limiter = RateLimiter(rate_per_minute=0, burst=1)
    assert [limiter.retry_after_seconds("a", 0.0) for _ in range(1000)] == [0.0] * 1000


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    empty = TokenBucket(tokens=0.0, counted_at_seconds=1000.0)
    assert not take(empty, 10.0, rate_per_minute=60, burst=5).allowed


def test_a_long_pause_never_exceeds_the_burst() -> None:
    taken = take(TokenBucket(0.0, 0.0), 1e9, rate_per_minute=60, burst=5)
    assert taken.state.tokens == 4.0


@pytest.mark.parametrize(("rate", "burst"), [(0.0, 1.0), (-1.0, 1.0), (60.0, 0.5)])
def test_senseless_settings_are_refused(rate: float, burst: float) -> None:
    with pytest.raises(ValueError, match="rate must be positive"):
        take(None, 0.0, rate, burst)


def test_asking_how_long_to_wait_counts_nothing() -> None:
    limiter = RateLimiter(rate_per_minute=60, burst=1)
    assert [limiter.wait_seconds("a", 0.0) for _ in range(5)] == [0.0] * 5
    assert limiter.retry_after_seconds("a", 0.0) == 0
    assert limiter.wait_seconds("a", 0.0) == 1
