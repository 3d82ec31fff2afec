"""A histogram as one row of characters, for issues and terminals."""

from collections.abc import Sequence

from issue_intelligence.core.model.logs import Histogram

_BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"
_NOTHING = "\u00b7"
_UNITS = ((86_400, "a day", "days"), (3_600, "an hour", "hours"), (60, "a minute", "minutes"))


def sparkline(counts: Sequence[int]) -> str:
    """Draw each count as a bar, the highest full; a dot where nothing came."""
    most = max(counts, default=0)
    return "".join(_bar(count, most) for count in counts)


def bucket_words(histogram: Histogram) -> str:
    """Say how long a step is: "a minute", "5 minutes", "2 hours"."""
    for seconds, one, many in (
        (86_400, "a day", "days"),
        (3_600, "an hour", "hours"),
        (60, "a minute", "minutes"),
    ):
        number, rest = divmod(histogram.bucket_seconds, seconds)
        if number and not rest:
            return one if number == 1 else f"{number} {many}"
    return f"{histogram.bucket_seconds} s"


def _bar(count: int, most: int) -> str:
    # Rounded up: what came is seen, however little.
    return _BARS[-(-count * len(_BARS) // most) - 1] if count else _NOTHING
