"""Times of all usual forms are read, and what is no time is left alone."""

from datetime import UTC, datetime

import pytest

from issue_intelligence.core.investigate.timestamps import read_time_value, read_timestamp

ELEVEN = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # ISO 8601, with a zone, without one (UTC), with an offset.
        ("2026-11-24T11:00:00Z x", ELEVEN),
        ("2026-11-24 11:00:00 x", ELEVEN),
        ("2026-11-24T12:00:00+01:00", ELEVEN),
        ("2026-11-24T06:00:00-0500", ELEVEN),
        # Python's logging has a comma before the milliseconds.
        ("2026-11-24 11:00:00,250", ELEVEN.replace(microsecond=250_000)),
        # Nanoseconds are cut.
        ("2026-11-24T11:00:00.123456789Z", ELEVEN.replace(microsecond=123_456)),
        # nginx's error log and Go.
        ("2026/11/24 11:00:00 [error]", ELEVEN),
        # In brackets.
        ("[2026-11-24 11:00:00] x", ELEVEN),
        # Apache's access and error logs.
        ("[24/Nov/2026:11:00:00 +0000] x", ELEVEN),
        ("[Tue Nov 24 11:00:00.000001 2026] x", ELEVEN.replace(microsecond=1)),
        ("Tue, 24 Nov 2026 11:00:00 GMT", ELEVEN),
        # A leap second.
        ("2026-11-24T10:59:60Z", ELEVEN.replace(hour=10, minute=59, second=59)),
    ],
)
def test_usual_forms_are_read(text: str, expected: datetime) -> None:
    found = read_timestamp(text)
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize("text", ["", "hello", "20 apples", "2026-11-24", "12:00:00", "[main] x"])
def test_other_text_has_no_time(text: str) -> None:
    assert read_timestamp(text) is None


@pytest.mark.parametrize(
    "text",
    ["2026-13-24T11:00:00Z", "2026-02-30 11:00:00", "0001-01-01T00:00:00+14:00", "2026-11-24T11:00:00+50:00"],
)
def test_impossible_dates_are_no_time(text: str) -> None:
    found = read_timestamp(text)
    assert found is not None
    assert found[0] is None


@pytest.mark.parametrize(
    ("text", "year_near", "expected"),
    [
        ("Nov 24 11:00:00 host x", ELEVEN, ELEVEN),
        # In January, a line of December is of last year.
        ("Dec 31 23:00:00 host x", datetime(2027, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)),
        ("Feb 29 11:00:00 host x", datetime(2028, 3, 1, tzinfo=UTC), datetime(2028, 2, 29, 11, tzinfo=UTC)),
        # Nothing tells the year.
        ("Nov 24 11:00:00 host x", None, None),
    ],
)
def test_syslog_takes_the_nearest_year(
    text: str, year_near: datetime | None, expected: datetime | None
) -> None:
    found = read_timestamp(text, year_near=year_near)
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # Seconds, milliseconds, microseconds, nanoseconds; numbers and text.
        (1795518000, ELEVEN),
        (1795518000.5, ELEVEN.replace(microsecond=500_000)),
        (1795518000000, ELEVEN),
        (1795518000000000, ELEVEN),
        ("1795518000000000000", ELEVEN),
        ("2026-11-24T11:00:00Z", ELEVEN),
        # Not a time.
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        (True, None),
        (None, None),
        ("yesterday", None),
    ],
)
def test_fields_hold_times(value: object, expected: datetime | None) -> None:
    assert read_time_value(value) == expected
