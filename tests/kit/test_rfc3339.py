from datetime import UTC, datetime

import pytest

from issue_intelligence.kit.rfc3339 import parse_rfc3339


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T10:50:00Z", datetime(2026, 11, 23, 10, 50, tzinfo=UTC)),
        # Alertmanager's captures carry milliseconds.
        ("2026-11-23T11:26:40.062Z", datetime(2026, 11, 23, 11, 26, 40, 62_000, tzinfo=UTC)),
        # Go writes up to nine digits; the last three are cut, not rounded.
        ("2026-11-23T11:26:40.123456999Z", datetime(2026, 11, 23, 11, 26, 40, 123_456, tzinfo=UTC)),
        ("2026-11-23T11:26:40.5Z", datetime(2026, 11, 23, 11, 26, 40, 500_000, tzinfo=UTC)),
        # An offset is brought to UTC, over midnight too.
        ("2026-11-23T01:30:00+02:00", datetime(2026, 11, 22, 23, 30, tzinfo=UTC)),
        ("2026-11-23T23:30:00.000000001-05:30", datetime(2026, 11, 24, 5, 0, tzinfo=UTC)),
        # RFC 3339 allows lower case and a blank.
        ("2026-11-23t10:50:00z", datetime(2026, 11, 23, 10, 50, tzinfo=UTC)),
        ("2026-11-23 10:50:00Z", datetime(2026, 11, 23, 10, 50, tzinfo=UTC)),
        # Go's zero time.
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        # Rounding up would leave the calendar.
        ("9999-12-31T23:59:59.999999999Z", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_timestamp_is_read_into_utc(text: str, moment: datetime) -> None:
    read = parse_rfc3339(text)
    assert read == moment
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "1795431000",
        # ISO 8601, yet not RFC 3339.
        "2026-11-23",
        "20261123T105000.000Z",
        "2026-W48-1T10:50:00Z",
        # No offset: nobody knows which moment it means.
        "2026-11-23T10:50:00.000",
        # No such day, month, hour, year.
        "2026-02-30T10:50:00Z",
        "2026-13-01T10:50:00Z",
        "2026-11-23T25:50:00Z",
        "0000-01-01T00:00:00Z",
        # Before the year 1 and after the year 9999 once in UTC.
        "0001-01-01T00:00:00+02:00",
        "9999-12-31T23:59:59-02:00",
        "2026-11-23T10:50:00Z; DROP TABLE",
        "2026-11-23T10:50:00\u0660Z",
    ],
)
def test_anything_else_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_rfc3339(text)
