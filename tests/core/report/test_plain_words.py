"""Numbers read as people write them, and never say more than is known."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from issue_intelligence.core.report.plain_words import (
    counted,
    milliseconds,
    percentage,
    sentence,
    span,
    utc_time,
)


def test_time_is_utc_whatever_the_zone() -> None:
    at = datetime(2026, 11, 24, 12, 3, 5, 999, tzinfo=timezone(timedelta(hours=1)))
    assert utc_time(at) == "2026-11-24 11:03:05 UTC"
    assert utc_time(datetime(1, 1, 1, tzinfo=UTC)).endswith("01-01 00:00:00 UTC")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (0.4, "under 1 s"),
        (1.4, "1 s"),
        (119, "119 s"),
        (120, "2 min"),
        (152, "2 min 32 s"),
        (3540, "59 min"),
        (7199, "2 h"),
        (7500, "2 h 5 min"),
        (86400, "24 h"),
        (3.5 * 86400, "3 d 12 h"),
        (30 * 86400, "30 d"),
    ],
)
def test_span(seconds: float, expected: str) -> None:
    assert span(seconds) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, "0 %"), (0.0004, "under 0.1 %"), (0.042, "4.2 %"), (0.5, "50 %"), (1, "100 %"), (0.9999, "100 %")],
)
def test_percentage(share: float, expected: str) -> None:
    assert percentage(share) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0, "0 ms"), (0.2, "under 1 ms"), (1, "1 ms"), (1234.5, "1,234 ms")]
)
def test_milliseconds(value: float, expected: str) -> None:
    assert milliseconds(value) == expected


def test_counted() -> None:
    assert [counted(number, "error") for number in (0, 1, 1200)] == ["0 errors", "1 error", "1,200 errors"]


@pytest.mark.parametrize(
    ("text", "expected"), [("", ""), ("it fails", "it fails."), ("it fails.", "it fails."), ("why?", "why?")]
)
def test_sentence(text: str, expected: str) -> None:
    assert sentence(text) == expected
