"""How far back: "30d", "12h", "45m", "2w"."""

import re
from datetime import timedelta

_SPAN = re.compile(r"([0-9]{1,5})([mhdw])")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def read_span(text: str) -> timedelta:
    """Read a span of time. Raises ValueError."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise ValueError('must be a number and m, h, d or w: "30d"')
    return min(int(found[1]) * _UNITS[found[2]], timedelta(days=36_500))
