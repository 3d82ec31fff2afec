"""Counts how often something came in equal steps of time."""

from collections.abc import Iterable
from datetime import UTC, datetime

from issue_intelligence.core.model.logs import Histogram

_MAX_BUCKETS = 60
# A minute, unless the span is too long for that.
_WIDTHS_SECONDS = (60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400)


def histogram(times: Iterable[datetime], from_at: datetime, until_at: datetime) -> Histogram:
    """Count the times in steps over the span, a minute each or wider, aligned to the clock.

    Times outside of the span count in its first or last step.
    """
    return histogram_of(((at, 1) for at in times), from_at, until_at)


def histogram_of(counted: Iterable[tuple[datetime, int]], from_at: datetime, until_at: datetime) -> Histogram:
    """Sum numbers by their times as `histogram` counts times."""
    seconds = max(0.0, (until_at - from_at).total_seconds())
    width = next((each for each in _WIDTHS_SECONDS if seconds / each < _MAX_BUCKETS - 1), 0)
    # Longer than that: steps of whole days.
    width = width or 86_400 * (int(seconds / 86_400 / (_MAX_BUCKETS - 1)) + 1)
    first = int(from_at.timestamp() // width)
    counts = [0] * (int(until_at.timestamp() // width) - first + 1)
    for at, number in counted:
        counts[min(len(counts) - 1, max(0, int(at.timestamp() // width) - first))] += number
    return Histogram(
        starts_at=datetime.fromtimestamp(first * width, UTC), bucket_seconds=width, counts=tuple(counts)
    )


def count_before(counted: Histogram, at: datetime) -> int:
    """Sum the steps that end before the time."""
    whole = int((at - counted.starts_at).total_seconds() // counted.bucket_seconds)
    return sum(counted.counts[: max(0, whole)])


def is_steady(counted: Histogram) -> bool:
    """Tell whether it came all along: from the beginning, in most of the steps, as much early as late."""
    counts = counted.counts
    total = sum(counts)
    if len(counts) < _FEWEST_BUCKETS or total < _FEWEST_EVENTS:
        return False
    share_early = sum(counts[: len(counts) // 2]) / total
    filled = sum(count > 0 for count in counts)
    return any(counts[: len(counts) // 4]) and 0.3 <= share_early <= 0.7 and filled >= len(counts) / 2


def is_rising(counted: Histogram) -> bool:
    """Tell whether most of it came in the later half, and none or little at the beginning."""
    counts = counted.counts
    total = sum(counts)
    if len(counts) < _FEWEST_BUCKETS or total < 3:
        return False
    return sum(counts[: len(counts) // 2]) <= total / 4


_FEWEST_BUCKETS = 5
_FEWEST_EVENTS = 8
