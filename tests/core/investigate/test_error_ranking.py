"""How often errors come is measured in a sliding window."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from issue_intelligence.core.investigate.error_events import ErrorEvent
from issue_intelligence.core.investigate.error_ranking import (
    frequency_per_minute,
    most_in_five_minutes,
)
from issue_intelligence.core.model.logs import LogLevel

START = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
EVENT = ErrorEvent(
    index=0,
    at=START,
    message="boom",
    group="a",
    level=LogLevel.ERROR,
    trace=None,
    is_request=False,
    has_signature=False,
)


def _events(*seconds: float) -> list[ErrorEvent]:
    return [replace(EVENT, at=START + timedelta(seconds=second)) for second in seconds]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ((), 0),
        ((0,), 1),
        # Exactly five minutes apart still counts as within.
        ((0, 300), 2),
        ((0, 301), 1),
        # The window slides: two fixed windows of five minutes would see two each.
        ((200, 290, 310, 400), 4),
        # The order of lines does not matter.
        ((600, 0, 610, 5, 620), 3),
    ],
)
def test_most_in_five_minutes(seconds: tuple[float, ...], expected: int) -> None:
    assert most_in_five_minutes(_events(*seconds)) == expected


def test_errors_without_times_all_count() -> None:
    assert most_in_five_minutes([replace(EVENT, at=None)] * 4) == 4


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ((), 0.0),
        # At least over one minute.
        ((0, 1, 2), 3.0),
        ((0, 60, 120, 180), 4 / 3),
    ],
)
def test_frequency(seconds: tuple[float, ...], expected: float) -> None:
    assert frequency_per_minute([START + timedelta(seconds=second) for second in seconds]) == pytest.approx(
        expected
    )
