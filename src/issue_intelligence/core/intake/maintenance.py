"""When a maintenance window is open, and which alerts it covers."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

from issue_intelligence.core.intake.silencing import check_matchers, matches_labels
from issue_intelligence.core.model.maintenance import MaintenanceWindow, Occurrence, Once, Weekday, Weekly
from issue_intelligence.kit.local_times import moment_of, time_zone

# One that is open for longer than a week every week never ends.
MAX_DURATION = timedelta(days=7)
MAX_ONCE = timedelta(days=90)
_DAY = timedelta(days=1)
_WEEKDAYS = tuple(Weekday)


def check_window(window: MaintenanceWindow) -> tuple[str, str] | None:
    """Say which field is wrong, and what is wrong with it; None when nothing is."""
    if not window.name:
        return "name", "must not be empty"
    if fault := check_matchers(window.matchers):
        return "matchers", fault
    if isinstance(window.schedule, Once):
        return _check_once(window.schedule)
    return _check_weekly(window.schedule)


def _check_once(once: Once) -> tuple[str, str] | None:
    if once.ends_at <= once.starts_at:
        return "ends_at", "must lie after starts_at"
    if once.ends_at - once.starts_at > MAX_ONCE:
        return "ends_at", f"must lie at most {MAX_ONCE.days} days after starts_at"
    return None


def _check_weekly(weekly: Weekly) -> tuple[str, str] | None:
    if not weekly.days:
        return "days", "must name at least one day"
    try:
        time_zone(weekly.timezone)
    except ValueError as error:
        return "timezone", str(error)
    if (weekly.until is None) is (weekly.duration is None):
        return "until", "either until or a duration must be given, and not both"
    if weekly.duration is not None and not timedelta() < weekly.duration <= MAX_DURATION:
        return "duration", f"must be more than nothing and at most {MAX_DURATION.days} days"
    return None


def active_occurrence(window: MaintenanceWindow, now: datetime) -> Occurrence | None:
    """Give the occurrence that is open now; of several the one that ends last, None for none."""
    found = [each for each in _around(window, now) if each.starts_at <= now < each.ends_at]
    return max(found, key=lambda each: each.ends_at, default=None)


def next_occurrence(window: MaintenanceWindow, now: datetime) -> Occurrence | None:
    """Give the first occurrence that starts after now; None when there is none any more."""
    found = [each for each in _around(window, now) if each.starts_at > now]
    return min(found, key=lambda each: each.starts_at, default=None)


def covers(window: MaintenanceWindow, labels: Mapping[str, str], *, service: str, environment: str) -> bool:
    """Say whether every matcher holds for an alert of this service and environment."""
    return matches_labels(window.matchers, {**labels, "service": service, "environment": environment})


def open_window(
    windows: Iterable[MaintenanceWindow],
    labels: Mapping[str, str],
    *,
    service: str,
    environment: str,
    now: datetime,
) -> tuple[MaintenanceWindow, Occurrence] | None:
    """Find the open window that covers an alert; of several the one that ends last, None for none."""
    found = [
        (window, occurrence)
        for window in windows
        if (occurrence := active_occurrence(window, now)) is not None
        and covers(window, labels, service=service, environment=environment)
    ]
    return max(found, key=lambda pair: (pair[1].ends_at, pair[0].id), default=None)


def _around(window: MaintenanceWindow, now: datetime) -> Iterator[Occurrence]:
    """Give the occurrences from the last that may still be open to the next of every day of the week."""
    schedule = window.schedule
    if isinstance(schedule, Once):
        yield Occurrence(starts_at=schedule.starts_at, ends_at=schedule.ends_at)
        return
    try:
        zone = time_zone(schedule.timezone)
    except ValueError:
        # The zone was known when the window was made, and no decision may fail for it.
        return
    today = now.astimezone(UTC).date()
    # The date there differs from ours by one at most. A skipped day may take a week more.
    for offset in range(-MAX_DURATION.days - 2, 16):
        day = today + timedelta(days=offset)
        if _WEEKDAYS[day.weekday()] in schedule.days and (each := _on(schedule, day, zone)) is not None:
            yield each


def _on(weekly: Weekly, day: date, zone: tzinfo) -> Occurrence | None:
    """Give the occurrence that starts on a day of its zone; None when the clocks skip that day."""
    starts_at = moment_of(day, weekly.starts, zone)
    if starts_at is None:
        return None
    if weekly.until is None:
        return Occurrence(starts_at=starts_at, ends_at=starts_at + (weekly.duration or timedelta()))
    last_day = day if weekly.until > weekly.starts else day + _DAY
    usual = datetime.combine(last_day, weekly.until) - datetime.combine(day, weekly.starts)
    ends_at = moment_of(last_day, weekly.until, zone)
    if ends_at is None or ends_at <= starts_at:
        # The clocks jumped over all of it: what was planned is done after the jump, for as long as usual.
        ends_at = starts_at + usual
    return Occurrence(starts_at=starts_at, ends_at=ends_at)
