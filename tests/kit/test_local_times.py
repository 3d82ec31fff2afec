from datetime import UTC, date, datetime, time

import pytest

from issue_intelligence.kit.local_times import moment_of, time_zone


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        # An ordinary day, in winter and in summer.
        ("Europe/Berlin", date(2026, 1, 15), time(2, 30), "2026-01-15T01:30"),
        ("Europe/Berlin", date(2026, 7, 15), time(2, 30), "2026-07-15T00:30"),
        ("UTC", date(2026, 3, 29), time(2, 30), "2026-03-29T02:30"),
        # The clocks go from 02:00 to 03:00: what lies between is the moment of the jump.
        ("Europe/Berlin", date(2026, 3, 29), time(1, 59), "2026-03-29T00:59"),
        ("Europe/Berlin", date(2026, 3, 29), time(2, 0), "2026-03-29T01:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), "2026-03-29T01:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(2, 59, 59), "2026-03-29T01:00"),
        ("Europe/Berlin", date(2026, 3, 29), time(3, 0), "2026-03-29T01:00"),
        # The clocks go from 03:00 back to 02:00: of the two the first.
        ("Europe/Berlin", date(2026, 10, 25), time(2, 0), "2026-10-25T00:00"),
        ("Europe/Berlin", date(2026, 10, 25), time(2, 59), "2026-10-25T00:59"),
        ("Europe/Berlin", date(2026, 10, 25), time(3, 0), "2026-10-25T02:00"),
        ("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08T07:00"),
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01T05:30"),
        # A jump of half an hour, in a zone whose summer is our winter.
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:30"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04T14:45"),
        # A jump at midnight takes the first hour of a day.
        ("Africa/Cairo", date(2026, 4, 24), time(0, 0), "2026-04-23T22:00"),
        # Samoa moved over the date line and had no 30 December.
        ("Pacific/Apia", date(2011, 12, 29), time(2, 0), "2011-12-29T12:00"),
        ("Pacific/Apia", date(2011, 12, 31), time(2, 0), "2011-12-30T12:00"),
    ],
)
def test_moment_when_clocks_show_a_time(zone: str, day: date, at: time, moment: str) -> None:
    assert moment_of(day, at, time_zone(zone)) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_day_that_the_clocks_skip_has_no_moment() -> None:
    assert moment_of(date(2011, 12, 30), time(2, 0), time_zone("Pacific/Apia")) is None


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "Europe/Berlin\0", "/etc", "a" * 300]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        time_zone(name)
