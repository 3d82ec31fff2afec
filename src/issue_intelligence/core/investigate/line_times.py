"""When lines happened that carry no time of their own, such as the rows of a stack trace."""

from collections.abc import Iterable
from datetime import datetime

from issue_intelligence.core.model.logs import LogLine


def carry_times(lines: Iterable[LogLine]) -> list[datetime | None]:
    """List a time for every line: its own, else that of the nearest line before it; None before the first."""
    times: list[datetime | None] = []
    latest: datetime | None = None
    for line in lines:
        latest = line.at or latest
        times.append(latest)
    return times
