"""Windows of time in which people work on something, once or every week, and nobody is told of it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from issue_intelligence.core.model.silence import Matcher


class Weekday(StrEnum):
    """In the order of `date.weekday`."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


class WindowOrigin(StrEnum):
    """Where a window is written down, and so where it can be changed."""

    FILE = "file"
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """Some days of every week, by the clock on the wall. Either `until` or `duration` is set."""

    days: tuple[Weekday, ...]
    # Without a zone: as the clocks of `timezone` show it.
    starts: time
    # At or before `starts` it is of the day after.
    until: time | None = None
    # Of time that passes, whatever the clocks do meanwhile.
    duration: timedelta | None = None
    # IANA's name: "Europe/Berlin".
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindow:
    id: str
    name: str
    # On the alert's labels, with `service` and `environment` as the incident knows them.
    matchers: tuple[Matcher, ...]
    schedule: Weekly | Once
    comment: str
    # A person; "" for one of the file.
    created_by: str
    origin: WindowOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that a window is open: from its start until its end, which is not part of it."""

    starts_at: datetime
    ends_at: datetime
