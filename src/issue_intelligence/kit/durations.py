"""Spans as people write them: "90m", "1h30m", "2d"."""

import re
from datetime import timedelta

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SPAN = re.compile(r"(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """Read a span of weeks, days, hours, minutes and seconds, in this order. Raises ValueError."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise ValueError("must be a span such as 90m, 1h30m or 2d")
    seconds = (
        int(count) * size for count, size in zip(found.groups(), _UNITS.values(), strict=True) if count
    )
    return timedelta(seconds=sum(seconds))


def write_duration(span: timedelta) -> str:
    """Write a span so that it can be read again: "1h30m"; without what is finer than a second."""
    left, parts = int(span.total_seconds()), ""
    for unit, size in _UNITS.items():
        count, left = divmod(left, size)
        parts += f"{count}{unit}" if count else ""
    return parts or "0s"
