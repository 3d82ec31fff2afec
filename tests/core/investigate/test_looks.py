"""Which span of log speaks about an alert, and when evidence is gathered at all."""

from datetime import UTC, datetime, timedelta

import pytest

from issue_intelligence.core.investigate.looks import BEFORE, baseline_windows, log_window

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("began_ago", "still_firing", "from_ago", "until_ago"),
    [
        # Just begun: up to now.
        (minutes(1), True, minutes(16), minutes(0)),
        # Begun a while ago: the quarter of an hour on either side of the start.
        (minutes(20), True, minutes(35), minutes(5)),
        # Over by now: its own time, however long ago.
        (minutes(120), False, minutes(135), minutes(105)),
        # Firing for longer than that: all of it.
        (minutes(40), True, minutes(55), minutes(0)),
        # Firing for days: the last two hours.
        (timedelta(days=3), True, minutes(120), minutes(0)),
        # A sender's clock that runs ahead begins now.
        (minutes(-60), True, minutes(15), minutes(-1)),
    ],
)
def test_window(began_ago: timedelta, still_firing: bool, from_ago: timedelta, until_ago: timedelta) -> None:
    window = log_window(NOW - began_ago, NOW, still_firing=still_firing)
    assert (window.from_at, window.until_at) == (NOW - from_ago, NOW - until_ago)


def test_what_is_usual_is_looked_up_an_hour_and_a_day_before() -> None:
    hour, day = baseline_windows(log_window(NOW, NOW))
    assert hour.from_at == NOW - BEFORE - timedelta(hours=1)
    assert day.from_at == NOW - BEFORE - timedelta(days=1)
