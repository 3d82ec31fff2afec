"""When a maintenance window is open, on the days when the clocks jump too."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from issue_intelligence.core.intake.maintenance import (
    active_occurrence,
    check_window,
    covers,
    next_occurrence,
    open_window,
)
from issue_intelligence.core.intake.matcher_text import parse_matcher
from issue_intelligence.core.model.maintenance import (
    MaintenanceWindow,
    Occurrence,
    Once,
    Weekday,
    Weekly,
    WindowOrigin,
)

SHOP = (parse_matcher("service=shop"),)
EVERY_DAY = tuple(Weekday)
BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def weekly(
    starts: str, until: str | None = None, *, days: tuple[Weekday, ...] = EVERY_DAY, **changes: Any
) -> Weekly:
    return Weekly(
        days=days,
        starts=time.fromisoformat(starts),
        until=time.fromisoformat(until) if until else None,
        **{"timezone": BERLIN, **changes},
    )


def a_window(schedule: Weekly | Once, **changes: Any) -> MaintenanceWindow:
    fields: dict[str, Any] = {
        "id": "w1", "name": "backup", "matchers": SHOP, "comment": "", "created_by": "ana",
        "origin": WindowOrigin.API,
    }  # fmt: skip
    return MaintenanceWindow(schedule=schedule, **fields | changes)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


SUNDAY = (Weekday.SUNDAY,)


@pytest.mark.parametrize(
    ("schedule", "now", "open_from", "open_until"),
    [
        # An ordinary Sunday: from the first moment until the last is over.
        (weekly("02:30", "04:00", days=SUNDAY), "2026-11-22T01:29:59", None, None),
        (weekly("02:30", "04:00", days=SUNDAY), "2026-11-22T01:30", "2026-11-22T01:30", "2026-11-22T03:00"),
        (weekly("02:30", "04:00", days=SUNDAY), "2026-11-22T02:59", "2026-11-22T01:30", "2026-11-22T03:00"),
        (weekly("02:30", "04:00", days=SUNDAY), "2026-11-22T03:00", None, None),
        # Not on a Monday.
        (weekly("02:30", "04:00", days=SUNDAY), "2026-11-23T01:30", None, None),
        # The day is that of its zone: Sunday 23:30 in Berlin is 22:30 in UTC, Monday 00:30 is Sunday in UTC.
        (weekly("23:00", "23:59", days=SUNDAY), "2026-11-22T22:30", "2026-11-22T22:00", "2026-11-22T22:59"),
        (weekly("00:15", "01:00", days=SUNDAY), "2026-11-21T23:20", "2026-11-21T23:15", "2026-11-22T00:00"),
        # Over midnight: it began on Sunday and is open on Monday.
        (weekly("23:00", "01:00", days=SUNDAY), "2026-11-22T23:30", "2026-11-22T22:00", "2026-11-23T00:00"),
        # Equal times are a whole day.
        (weekly("06:00", "06:00", days=SUNDAY), "2026-11-23T04:59", "2026-11-22T05:00", "2026-11-23T05:00"),
        # Spring: 02:30 does not exist. It opens when the clocks jump, and closes by them.
        (weekly("02:30", "04:00", days=SUNDAY), "2026-03-29T00:59:59", None, None),
        (weekly("02:30", "04:00", days=SUNDAY), "2026-03-29T01:00", "2026-03-29T01:00", "2026-03-29T02:00"),
        # The clocks jump over all of it: it opens at the jump, for as long as usual.
        (weekly("02:15", "02:45", days=SUNDAY), "2026-03-29T01:10", "2026-03-29T01:00", "2026-03-29T01:30"),
        (weekly("02:30", "03:00", days=SUNDAY), "2026-03-29T01:29", "2026-03-29T01:00", "2026-03-29T01:30"),
        # Its end does not exist: it closes at the jump.
        (weekly("01:00", "02:30", days=SUNDAY), "2026-03-29T00:59", "2026-03-29T00:00", "2026-03-29T01:00"),
        (weekly("01:00", "02:30", days=SUNDAY), "2026-03-29T01:00", None, None),
        # Autumn: 02:30 comes twice. It opens at the first and closes by the clock, an hour longer.
        (weekly("02:30", "04:00", days=SUNDAY), "2026-10-25T00:29", None, None),
        (weekly("02:30", "04:00", days=SUNDAY), "2026-10-25T01:30", "2026-10-25T00:30", "2026-10-25T03:00"),
        # Its end comes twice: it closes at the first, and does not open again at the second.
        (weekly("01:00", "02:30", days=SUNDAY), "2026-10-25T00:29", "2026-10-24T23:00", "2026-10-25T00:30"),
        (weekly("01:00", "02:30", days=SUNDAY), "2026-10-25T01:15", None, None),
        # A duration is time that passes, whatever the clocks do.
        (
            weekly("01:00", duration=hours(3), days=SUNDAY),
            "2026-03-29T02:59", "2026-03-29T00:00", "2026-03-29T03:00",
        ),
        (
            weekly("01:00", duration=hours(3), days=SUNDAY),
            "2026-10-25T01:59", "2026-10-24T23:00", "2026-10-25T02:00",
        ),
        # Several days long, over a jump.
        (
            weekly("20:00", duration=hours(60), days=(Weekday.FRIDAY,)),
            "2026-03-30T06:59", "2026-03-27T19:00", "2026-03-30T07:00",
        ),
        # A whole week: of two that are open the one that ends last.
        (
            weekly("00:00", duration=hours(168), days=(Weekday.MONDAY, Weekday.TUESDAY)),
            "2026-11-24T12:00", "2026-11-23T23:00", "2026-11-30T23:00",
        ),
        # A zone far ahead, and one far behind.
        (
            weekly("01:00", "02:00", days=SUNDAY, timezone="Pacific/Kiritimati"),
            "2026-11-21T11:30", "2026-11-21T11:00", "2026-11-21T12:00",
        ),
        (
            weekly("23:00", "23:30", days=SUNDAY, timezone="Pacific/Pago_Pago"),
            "2026-11-23T10:15", "2026-11-23T10:00", "2026-11-23T10:30",
        ),
    ],
)  # fmt: skip
def test_window_is_open_by_the_clocks_of_its_zone(
    schedule: Weekly, now: str, open_from: str | None, open_until: str | None
) -> None:
    found = active_occurrence(a_window(schedule), at(now))
    if open_from is None or open_until is None:
        assert found is None
    else:
        assert found == Occurrence(starts_at=at(open_from), ends_at=at(open_until))


@pytest.mark.parametrize(
    ("schedule", "now", "opens"),
    [
        (weekly("02:30", "04:00", days=SUNDAY), "2026-11-22T01:29", "2026-11-22T01:30"),
        # While it is open, the next is that of the next week.
        (weekly("02:30", "04:00", days=SUNDAY), "2026-11-22T01:30", "2026-11-29T01:30"),
        # The clocks jump before the next.
        (weekly("02:30", "04:00", days=SUNDAY), "2026-03-22T02:00", "2026-03-29T01:00"),
        (weekly("09:00", "10:00"), "2026-03-28T12:00", "2026-03-29T07:00"),
        # Samoa had no Friday 30 December 2011, so the next one is a week later.
        (
            weekly("02:00", "03:00", days=(Weekday.FRIDAY,), timezone="Pacific/Apia"),
            "2011-12-29T00:00", "2012-01-05T12:00",
        ),
    ],
)  # fmt: skip
def test_next_time_that_a_window_opens(schedule: Weekly, now: str, opens: str) -> None:
    found = next_occurrence(a_window(schedule), at(now))
    assert found is not None
    assert found.starts_at == at(opens)


def test_one_off_window_opens_once() -> None:
    window = a_window(Once(starts_at=at("2026-12-01T02:00"), ends_at=at("2026-12-01T03:00")))
    moments = ["2026-12-01T01:59", "2026-12-01T02:00", "2026-12-01T02:59", "2026-12-01T03:00"]
    assert [active_occurrence(window, at(now)) is not None for now in moments] == [False, True, True, False]
    assert [next_occurrence(window, at(now)) is not None for now in moments] == [True, False, False, False]


@pytest.mark.parametrize(
    ("matchers", "covered"),
    [
        (["service=shop"], True),
        # The incident's own name of the service counts, and not the label it was found by.
        (["service=shop-api"], False),
        (["environment=production"], True),
        (["instance=a", "environment=~prod.*"], True),
        (["instance=b"], False),
        ([], False),
    ],
)
def test_window_covers_by_labels_and_by_what_the_incident_knows(matchers: list[str], covered: bool) -> None:
    window = a_window(weekly("00:00", "00:00"), matchers=tuple(parse_matcher(text) for text in matchers))
    labels = {"service": "shop-api", "instance": "a"}
    assert covers(window, labels, service="shop", environment="production") is covered


def test_of_two_open_windows_the_one_that_closes_last_counts() -> None:
    short = a_window(Once(starts_at=at("2026-12-01T02:00"), ends_at=at("2026-12-01T03:00")), id="short")
    long = a_window(Once(starts_at=at("2026-12-01T01:00"), ends_at=at("2026-12-01T04:00")), id="long")
    found = open_window(
        [long, short], {}, service="shop", environment="production", now=at("2026-12-01T02:30")
    )
    assert found is not None
    assert found[0] is long


def test_zone_that_is_not_known_any_more_opens_nothing() -> None:
    assert (
        active_occurrence(a_window(weekly("00:00", "00:00", timezone="Europe/Gone")), at("2026-01-01T00:00"))
        is None
    )


ONCE = Once(starts_at=at("2026-12-01T02:00"), ends_at=at("2026-12-01T03:00"))


@pytest.mark.parametrize(
    ("window", "field"),
    [
        (a_window(ONCE), None),
        (a_window(weekly("02:30", "04:00")), None),
        (a_window(ONCE, name=""), "name"),
        (a_window(ONCE, matchers=()), "matchers"),
        (a_window(ONCE, matchers=(parse_matcher("service=~.*"),)), "matchers"),
        (a_window(ONCE, matchers=(parse_matcher("service=~("),)), "matchers"),
        (a_window(replace(ONCE, ends_at=ONCE.starts_at)), "ends_at"),
        (a_window(replace(ONCE, ends_at=ONCE.starts_at + timedelta(days=91))), "ends_at"),
        (a_window(weekly("02:30", "04:00", days=())), "days"),
        (a_window(weekly("02:30", "04:00", timezone="Berlin")), "timezone"),
        # Neither, and both.
        (a_window(weekly("02:30")), "until"),
        (a_window(weekly("02:30", "04:00", duration=hours(1))), "until"),
        (a_window(weekly("02:30", duration=hours(0))), "duration"),
        (a_window(weekly("02:30", duration=hours(169))), "duration"),
    ],
)
def test_window_that_cannot_work_names_its_field(window: MaintenanceWindow, field: str | None) -> None:
    fault = check_window(window)
    assert (fault[0] if fault else None) == field
