"""How many issues an hour, and when the next one's turn comes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from issue_intelligence.core.report.issue_limit import turn_of_creation, wait_for_tracker
from tests.core.report.example import NOW


def ago(*minutes: int) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("created_at", "limit", "minutes"),
    [
        ([], 1, None),
        (ago(50), 2, None),
        # The oldest of the last hour makes room first.
        (ago(50), 1, 10),
        (ago(50, 20), 2, 10),
        # After a lowered limit more than one has to grow old.
        (ago(50, 40, 20), 1, 40),
        (ago(50, 40, 20), 2, 20),
        # An hour ago is not within the hour.
        (ago(60), 1, None),
        # Under way.
        (ago(0), 1, 60),
    ],
)
def test_turn(created_at: Sequence[datetime], limit: int, minutes: int | None) -> None:
    turn = turn_of_creation(created_at, limit=limit, now=NOW)
    if minutes is None:
        assert turn is None
    else:
        assert turn is not None
        assert turn.until == NOW + timedelta(minutes=minutes)


def test_reason_is_a_sentence() -> None:
    turn = turn_of_creation(ago(50, 20), limit=2, now=NOW)
    assert turn is not None
    assert turn.reason == (
        "2 issues were created in the last hour, as many as allowed; "
        f"this one waits until {NOW + timedelta(minutes=10):%Y-%m-%d %H:%M:%S} UTC."
    )
    told = wait_for_tracker("GitHub asks us to wait", seconds=600, now=NOW)
    assert told.until == NOW + timedelta(minutes=10)
    assert told.reason.endswith("UTC: GitHub asks us to wait.")
