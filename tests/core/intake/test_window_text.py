"""Windows and matchers as people write them."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from issue_intelligence.core.intake.matcher_text import parse_matcher, write_matcher
from issue_intelligence.core.intake.window_text import WindowError, WindowText, read_window
from issue_intelligence.core.model.maintenance import MaintenanceWindow, Once, Weekday, Weekly, WindowOrigin
from issue_intelligence.core.model.silence import Matcher, MatcherOperator

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def read(**text: Any) -> MaintenanceWindow:
    fields = {"name": "backup", "matchers": (parse_matcher("service=shop"),)} | text
    return read_window(WindowText(**fields), window_id="w1", by="ana", origin=WindowOrigin.API)


def test_days_are_read_by_short_and_full_names_in_any_order() -> None:
    schedule = read(days=["Sunday", "mon", "MON"], starts="02:30", until="04:00").schedule
    assert isinstance(schedule, Weekly)
    assert schedule.days == (Weekday.MONDAY, Weekday.SUNDAY)
    assert (schedule.starts, schedule.until, schedule.timezone) == (time(2, 30), time(4, 0), "UTC")


def test_without_days_it_is_every_day() -> None:
    schedule = read(starts="02:30", duration="90m").schedule
    assert isinstance(schedule, Weekly)
    assert (schedule.days, schedule.duration) == (tuple(Weekday), timedelta(minutes=90))


def test_one_off_window_ends_at_a_time_or_after_a_span() -> None:
    expected = Once(starts_at=NOON, ends_at=NOON + timedelta(hours=2))
    assert read(starts_at=NOON, duration="2h").schedule == expected
    assert read(starts_at=NOON, ends_at=NOON + timedelta(hours=2)).schedule == expected


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ({}, "from"),
        ({"starts": "2.30"}, "from"),
        ({"starts": "25:00", "until": "04:00"}, "from"),
        ({"starts": "02:30+01:00", "until": "04:00"}, "from"),
        ({"starts": "02:30", "until": "later"}, "until"),
        ({"starts": "02:30"}, "until"),
        ({"starts": "02:30", "duration": "long"}, "duration"),
        ({"starts": "02:30", "until": "04:00", "days": ["someday"]}, "days.0"),
        ({"starts": "02:30", "until": "04:00", "days": []}, "days"),
        ({"starts": "02:30", "until": "04:00", "timezone": "CEST"}, "timezone"),
        ({"ends_at": NOON}, "starts_at"),
        ({"starts_at": NOON}, "ends_at"),
        ({"starts_at": NOON, "ends_at": NOON + timedelta(hours=1), "duration": "1h"}, "ends_at"),
        ({"starts_at": NOON, "ends_at": NOON}, "ends_at"),
        ({"starts_at": NOON, "duration": "999999w"}, "duration"),
        # Both kinds at once.
        ({"starts_at": NOON, "duration": "1h", "starts": "02:30"}, "from"),
        ({"starts_at": NOON, "duration": "1h", "timezone": "UTC"}, "timezone"),
    ],
)
def test_what_cannot_be_read_names_its_field(text: dict[str, Any], field: str) -> None:
    with pytest.raises(WindowError) as refused:
        read(**text)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "name", "operator", "value"),
    [
        ('service="shop"', "service", "=", "shop"),
        ("service=shop", "service", "=", "shop"),
        (' service =~ "shop|mail" ', "service", "=~", "shop|mail"),
        ("team!=", "team", "!=", ""),
        ('team=""', "team", "=", ""),
        # Only what quoting needs is undone: a pattern keeps its backslashes.
        (r'path!~"a\d\\\"b"', "path", "!~", r"a\d\"b"),
        # The first operator ends the name.
        ("query=a=b", "query", "=", "a=b"),
        ("query==~x", "query", "=", "=~x"),
    ],
)
def test_matcher_is_read_as_in_alertmanager(text: str, name: str, operator: str, value: str) -> None:
    matcher = Matcher(name=name, operator=MatcherOperator(operator), value=value)
    assert parse_matcher(text) == matcher
    assert parse_matcher(write_matcher(matcher)) == matcher


@pytest.mark.parametrize(
    "text", ["", "service", "=shop", 'service="shop', 'service="shop" x', "a b=c", '{a="b"}']
)
def test_what_is_no_matcher_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be a name|has a quote"):
        parse_matcher(text)
