"""What happened before, from the earlier incidents of the same cause."""

from collections.abc import Sequence
from datetime import datetime

from issue_intelligence.core.model.evidence import HistoricalContext


def history_from(
    current_opened_at: datetime,
    past: Sequence[tuple[datetime, int | None]],
    open_issue: int | None,
    *,
    found_real: Sequence[bool | None] | None = None,
) -> HistoricalContext:
    """Sum up earlier incidents: when each opened, and the number of its issue or None.

    Those that did not open before the current one are left out. The mean time between
    occurrences counts the current one as the last. `found_real` says of each of `past` whether it was
    found to be real, None where that is not known.
    """
    earlier = sorted((opened_at, number) for opened_at, number in _before(current_opened_at, past))
    times = [opened_at for opened_at, _ in earlier]
    newest_first = [number for _, number in reversed(earlier) if number and number != open_issue]
    return HistoricalContext(
        is_recurring=bool(times),
        last_occurrence=times[-1] if times else None,
        open_github_issue=open_issue,
        total_occurrences=len(times),
        mean_time_between_occurrences_seconds=(
            (current_opened_at - times[0]).total_seconds() / len(times) if times else None
        ),
        related_issues=tuple(dict.fromkeys(newest_first)),
        found_real=None if found_real is None else sum(each is True for each in found_real),
        found_not_real=None if found_real is None else sum(each is False for each in found_real),
    )


def _before(
    current_opened_at: datetime, past: Sequence[tuple[datetime, int | None]]
) -> list[tuple[datetime, int]]:
    # 0 stands for "no issue", so that the pairs can be sorted.
    return [(opened_at, number or 0) for opened_at, number in past if opened_at < current_opened_at]
