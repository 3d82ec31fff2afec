"""Times as the clocks on the wall show them, which skip an hour and repeat one."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=64)
def time_zone(name: str) -> tzinfo:
    """Find a zone of IANA's database. Raises ValueError for a name that is not in it."""
    if name == "UTC":
        return UTC
    # What is no name of a zone may be the name of a folder or file, so all that the look-up raises is one.
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError('is not the name of a time zone, such as "Europe/Berlin"') from error


def moment_of(day: date, at: time, zone: tzinfo) -> datetime | None:
    """Give the moment, in UTC, when the clocks of a zone show a time.

    Of a time that comes twice it is the first, as in RFC 5545. One that is skipped is the moment when
    the clocks jump over it, where cron runs what it has missed. None when they skip the whole day.
    """
    shown = datetime.combine(day, at)
    later = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _shown(later, zone) == shown:
        return later
    earlier = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    jump = _first_after_jump(earlier, later, zone)
    return jump if _shown(jump, zone).date() == day else None


def _shown(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _first_after_jump(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Search, to the second, between a moment before the clocks jump and one after."""
    offset = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before) / _SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if (before + middle * _SECOND).astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return before + high * _SECOND
