"""Maintenance windows as people write them, in the configuration and to the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from issue_intelligence.core.intake.maintenance import check_window
from issue_intelligence.core.model.maintenance import MaintenanceWindow, Once, Weekday, Weekly, WindowOrigin
from issue_intelligence.core.model.silence import Matcher
from issue_intelligence.kit.durations import parse_duration

_WEEKDAYS = tuple(Weekday)
_FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class WindowError(ValueError):
    """A window cannot be used; `field` is the name that people gave it by."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowText:
    """Either `starts_at` with `ends_at` or `duration`, or `starts` ("from") with `until` or `duration`."""

    name: str
    matchers: tuple[Matcher, ...]
    # None for every day.
    days: Sequence[str] | None = None
    starts: str = ""
    until: str = ""
    duration: str = ""
    timezone: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    comment: str = ""


def read_window(text: WindowText, *, window_id: str, by: str, origin: WindowOrigin) -> MaintenanceWindow:
    """Read a window. Raises WindowError that names the field."""
    once = text.starts_at is not None or text.ends_at is not None
    window = MaintenanceWindow(
        id=window_id,
        name=text.name,
        matchers=text.matchers,
        schedule=_once(text) if once else _weekly(text),
        comment=text.comment,
        created_by=by,
        origin=origin,
    )
    if (fault := check_window(window)) is not None:
        raise WindowError(*fault)
    return window


def _once(text: WindowText) -> Once:
    for field, given in (
        ("days", text.days),
        ("from", text.starts),
        ("until", text.until),
        ("timezone", text.timezone),
    ):
        if given:
            raise WindowError(
                field, "belongs to a window of every week; starts_at and ends_at are of one day"
            )
    if text.starts_at is None:
        raise WindowError("starts_at", "is missing beside ends_at")
    if text.duration and text.ends_at is not None:
        raise WindowError("ends_at", "must not stand beside duration")
    if text.ends_at is not None:
        return Once(starts_at=text.starts_at, ends_at=text.ends_at)
    if not text.duration:
        raise WindowError("ends_at", "is missing; or give duration")
    try:
        return Once(starts_at=text.starts_at, ends_at=text.starts_at + _duration(text))
    except OverflowError as error:
        raise WindowError("duration", "ends after the year 9999") from error


def _weekly(text: WindowText) -> Weekly:
    if not text.starts:
        raise WindowError("from", "is missing; or give starts_at for a window of one day")
    return Weekly(
        days=_days(text.days),
        starts=_time("from", text.starts),
        until=_time("until", text.until) if text.until else None,
        duration=_duration(text) if text.duration else None,
        timezone=text.timezone or "UTC",
    )


def _duration(text: WindowText) -> timedelta:
    try:
        return parse_duration(text.duration)
    except ValueError as error:
        raise WindowError("duration", str(error)) from error


def _days(names: Sequence[str] | None) -> tuple[Weekday, ...]:
    if names is None:
        return _WEEKDAYS
    found = set()
    for at, name in enumerate(names):
        short = name.strip().casefold()
        if short in _FULL_NAMES:
            short = short[:3]
        if short not in set(Weekday):
            raise WindowError(f"days.{at}", "must be one of mon, tue, wed, thu, fri, sat, sun")
        found.add(short)
    return tuple(day for day in _WEEKDAYS if day.value in found)


def _time(field: str, text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError as error:
        raise WindowError(field, "must be a time of the day, such as 02:30") from error
    if found.tzinfo is not None or found.microsecond:
        raise WindowError(
            field, "must be a time of the day without a zone, such as 02:30; timezone says which"
        )
    return found
