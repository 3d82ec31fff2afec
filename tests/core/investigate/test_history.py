"""What happened before."""

from datetime import UTC, datetime, timedelta

from issue_intelligence.core.investigate.history import history_from

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def hours_ago(count: int) -> datetime:
    return NOON - timedelta(hours=count)


def test_first_time_has_no_history() -> None:
    found = history_from(NOON, [], None)
    assert not found.is_recurring
    assert (found.total_occurrences, found.last_occurrence) == (0, None)
    assert found.mean_time_between_occurrences_seconds is None


def test_mean_time_between_counts_this_one_as_the_last() -> None:
    found = history_from(NOON, [(hours_ago(1), None), (hours_ago(4), None)], None)
    assert found.is_recurring
    assert (found.total_occurrences, found.last_occurrence) == (2, hours_ago(1))
    assert found.mean_time_between_occurrences_seconds == 2 * 3_600


def test_this_one_and_later_ones_are_not_earlier_ones() -> None:
    found = history_from(NOON, [(NOON, 5), (NOON + timedelta(hours=1), 6)], None)
    assert not found.is_recurring
    assert found.related_issues == ()


def test_related_issues_are_the_others_newest_first_and_once() -> None:
    past = [
        (hours_ago(5), 11),
        (hours_ago(4), 12),
        (hours_ago(3), 11),
        (hours_ago(2), None),
        (hours_ago(1), 40),
    ]
    found = history_from(NOON, past, open_issue=40)
    assert found.related_issues == (11, 12)
    assert found.open_github_issue == 40
