"""More than twice the usual is a rise, unless it is noise."""

import pytest

from issue_intelligence.core.investigate.rises import (
    error_count_rose,
    error_rate_rose,
    log_volume_rose,
    response_time_rose,
)


@pytest.mark.parametrize(
    ("count", "usual", "rose"),
    [
        (9, 4.0, True),
        # Exactly twice is not more than twice.
        (8, 4.0, False),
        # 1 against 0 is no rise, nor is 2.
        (1, 0.0, False),
        (2, 0.0, False),
        (3, 0.0, True),
        (None, 4.0, False),
        (9, None, False),
    ],
)
def test_error_count(count: int | None, usual: float | None, *, rose: bool) -> None:
    assert error_count_rose(count, usual) is rose


@pytest.mark.parametrize(
    ("rate", "usual", "requests", "rose"),
    [
        (0.2, 0.05, 1_000, True),
        (0.1, 0.05, 1_000, False),
        # One failure of ten requests where there usually is none.
        (0.1, 0.0, 10, False),
        (0.3, 0.0, 10, True),
        # Many failures, but of so many requests that they are chance.
        (0.01, 0.0, 100_000, False),
        (0.011, 0.0, 100_000, True),
        # Nobody knows how many requests there were.
        (0.1, 0.0, None, True),
        (None, 0.0, 10, False),
        (0.3, None, 10, False),
    ],
)
def test_error_rate(rate: float | None, usual: float | None, requests: int | None, *, rose: bool) -> None:
    assert error_rate_rose(rate, usual, requests=requests) is rose


@pytest.mark.parametrize(
    ("seconds", "usual", "rose"),
    [
        (2.1, 1.0, True),
        (2.0, 1.0, False),
        # Four times as slow, and nobody feels it.
        (0.08, 0.02, False),
        (0.2, 0.02, True),
        # A source that rounds says 0.
        (0.2, 0.0, True),
        (None, 1.0, False),
        (2.1, None, False),
    ],
)
def test_response_time(seconds: float | None, usual: float | None, *, rose: bool) -> None:
    assert response_time_rose(seconds, usual) is rose


@pytest.mark.parametrize(
    ("count", "spread", "rose"),
    [
        # More than twice 10, which always come to 10.
        (21, 0.0, True),
        # Where they vary by 3, 23 is within three deviations.
        (23, 3.0, False),
        (24, 3.0, True),
        # However much they vary: twice is needed all the same.
        (15, 0.1, False),
        # Nobody knows how they vary.
        (21, None, True),
    ],
)
def test_noisy_count_must_stand_out_from_its_noise(count: int, spread: float | None, *, rose: bool) -> None:
    assert error_count_rose(count, 10.0, spread=spread) is rose


def test_noisy_rate_and_time_must_stand_out_too() -> None:
    assert error_rate_rose(0.2, 0.05, requests=None, spread=0.01)
    assert not error_rate_rose(0.2, 0.05, requests=None, spread=0.05)
    assert response_time_rose(2.5, 1.0, spread=0.1)
    assert not response_time_rose(2.5, 1.0, spread=0.5)


@pytest.mark.parametrize(
    ("lines", "usual", "rose"),
    [
        (2_001, 1_000.0, True),
        (2_000, 1_000.0, False),
        # A service that says next to nothing says a little more.
        (150, 3.0, False),
        (None, 3.0, False),
        (150, None, False),
    ],
)
def test_log_volume(lines: int | None, usual: float | None, *, rose: bool) -> None:
    assert log_volume_rose(lines, usual) is rose
