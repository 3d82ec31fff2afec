"""Reads timestamps as RFC 3339 writes them, which is how Go programs send them."""

from datetime import UTC, datetime

# A date, a time to the second, and a Z.
_SHORTEST = 20


def parse_rfc3339(text: str) -> datetime:
    """Read a timestamp into aware UTC; what is finer than a microsecond is cut off, not rounded.

    Cutting keeps the order of two timestamps, and cannot leave the year 9999 by rounding up.
    Raises ValueError when the text is no timestamp, has no offset, or names a time that does not
    exist; OverflowError never leaves this function.
    """
    if len(text) < _SHORTEST or text[4] != "-" or text[7] != "-" or text[10] not in "Tt " or text[13] != ":":
        raise ValueError("not a timestamp such as 2026-11-23T10:50:00Z")
    if text[-1] == "z":
        text = text[:-1] + "Z"
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("has no time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside the years 1 to 9999") from error
