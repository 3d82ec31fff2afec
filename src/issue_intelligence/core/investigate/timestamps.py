"""Reads the times that log lines carry: at the start of a text line, or as the value of a field."""

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_MONTH = r"(?P<month_name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?"
_ZONE = r"(?: ?(?P<zone>Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}\b))?"

# Each form may stand in brackets: "[2026-11-24 11:00:00]".
_FORMS = tuple(
    re.compile(r"[\[(]?" + form + r"[\])]?", re.ASCII)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{2})[-/.](?P<day>\d{2})(?:T|t| |_| T)" + _CLOCK + _ZONE,
        # Apache's common log format: 24/Nov/2026:11:00:00 +0000.
        r"(?P<day>\d{2})/" + _MONTH + r"/(?P<year>\d{4}):" + _CLOCK + _ZONE,
        # asctime and Apache's error log: Tue Nov 24 11:00:00.123456 2026.
        r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) "
        + _MONTH
        + r" {1,2}(?P<day>\d{1,2}) "
        + _CLOCK
        + r" (?P<year>\d{4})\b",
        # RFC 1123: Tue, 24 Nov 2026 11:00:00 GMT.
        r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?P<day>\d{2}) " + _MONTH + r" (?P<year>\d{4}) " + _CLOCK + _ZONE,
        # Syslog, RFC 3164: no year.
        _MONTH + r" {1,2}(?P<day>\d{1,2}) " + _CLOCK,
    )
)
_AT_GREENWICH = frozenset({None, "Z", "UTC", "GMT", "+00:00", "+0000"})
_FIRST_YEAR, _LAST_YEAR = 1980, 2200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Above it even nanoseconds are beyond every calendar.
_MAX_EPOCH = 10**20
_NUMBER = re.compile(r"\d{9,19}(?:\.\d{1,9})?", re.ASCII)


def read_timestamp(text: str, *, year_near: datetime | None = None) -> tuple[datetime | None, int] | None:
    """Read the time at the start of the text; answer it with the position behind it, None when there is none.

    A time without zone is UTC. A time without year takes the one that puts it nearest to `year_near`; without
    that the time is None, as is a date that no calendar has.
    """
    start = text[:1]
    if not (start.isalnum() or start in "[("):
        return None
    for form in _FORMS:
        match = form.match(text)
        if match is not None:
            iso = form is _FORMS[0]
            at = _from_iso(match) if iso else _to_datetime(match.groupdict(), year_near)
            return at, match.end()
    return None


def read_time_value(value: object, *, year_near: datetime | None = None) -> datetime | None:
    """Read a field that holds a time: text, or seconds, milli-, micro- or nanoseconds since 1970."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_epoch(float(value)) if abs(value) < _MAX_EPOCH else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return _from_epoch(float(text))
    found = read_timestamp(text, year_near=year_near)
    return None if found is None else found[0]


def _from_iso(match: re.Match[str]) -> datetime | None:
    """Make a time of the most frequent form, at a fraction of the cost of the general way."""
    try:
        # The standard library reads most of them, and in a fraction of the time.
        at = datetime.fromisoformat(match[0])
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return _from_parts(match)
    return at if _FIRST_YEAR <= at.year <= _LAST_YEAR else None


def _from_parts(match: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    microsecond = int(fraction.ljust(6, "0")[:6]) if fraction else 0
    try:
        # No zone is a day away: "+50:00" is none.
        at_zone = UTC if zone in _AT_GREENWICH else _zone(zone)
        at = datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            min(int(second), 59),
            microsecond,
            at_zone,
        )
        at = at if at_zone is UTC else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if _FIRST_YEAR <= at.year <= _LAST_YEAR else None


def _to_datetime(parts: dict[str, str | None], year_near: datetime | None) -> datetime | None:
    month_name = parts.get("month_name")
    month = _MONTHS[month_name.lower()] if month_name else int(parts["month"] or 0)
    fraction = (parts["fraction"] or "").ljust(6, "0")[:6]
    year = parts.get("year")
    try:
        at = datetime(
            int(year) if year else _LEAP_YEAR,
            month,
            int(parts["day"] or 0),
            int(parts["hour"] or 0),
            int(parts["minute"] or 0),
            # A leap second has no place in datetime.
            min(int(parts["second"] or 0), 59),
            int(fraction),
            _zone(parts.get("zone")),
        ).astimezone(UTC)
        if not year:
            return None if year_near is None else _nearest_year(at, year_near)
    except (ValueError, OverflowError):
        return None
    return at if _FIRST_YEAR <= at.year <= _LAST_YEAR else None


# Holds every day of the calendar, so that 29 February without a year is a date.
_LEAP_YEAR = 2024


def _nearest_year(at: datetime, year_near: datetime) -> datetime | None:
    nearest: datetime | None = None
    for year in (year_near.year - 1, year_near.year, year_near.year + 1):
        try:
            candidate = at.replace(year=year)
        except ValueError:
            continue
        if nearest is None or abs(candidate - year_near) < abs(nearest - year_near):
            nearest = candidate
    return nearest


def _zone(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _from_epoch(value: float) -> datetime | None:
    # The magnitude tells the unit: today is 1.8e9 s, 1.8e12 ms, 1.8e15 us, 1.8e18 ns.
    for limit, per_second in ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9)):
        if abs(value) < limit:
            at = _EPOCH + timedelta(seconds=value / per_second)
            return at if _FIRST_YEAR <= at.year <= _LAST_YEAR else None
    return None
