"""A repair that helped is watched; one that did not last is none."""

from datetime import timedelta
from typing import Any

import pytest

from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.remediation import Outcome, RemediationResult
from issue_intelligence.core.remediate.proof import judge_outcome
from issue_intelligence.core.remediate.result import attempted_result
from issue_intelligence.core.remediate.watch import WATCH, watch, watched_until
from tests.core.remediate.situations import EXIT_0, NOW, look
from tests.core.report import example

MINUTE = timedelta(minutes=1)
BEFORE = look(healthy=False, errors=30)


def result_of(after_is_good: bool) -> RemediationResult:
    after = look(healthy=after_is_good, errors=0)
    return attempted_result(
        "restart",
        EXIT_0,
        judge_outcome(EXIT_0, BEFORE, after),
        known_issue_id="pool",
        started_at=NOW - MINUTE,
        performed_at=NOW - MINUTE / 2,
        before=BEFORE,
        after=after,
    )


HELPED = result_of(after_is_good=True)
OLD = example.alert(starts_at=NOW - 5 * MINUTE)
AGAIN = example.alert(id="again", starts_at=NOW + 3 * MINUTE)


def watched(
    result: RemediationResult = HELPED,
    *alerts: Alert,
    after: timedelta = MINUTE,
    failed_health: tuple[str, ...] = (),
    **incident: Any,
) -> RemediationResult:
    return watch(
        result,
        incident=example.incident(**incident),
        alerts=alerts or (OLD,),
        failed_health=failed_health,
        now=NOW + after,
    )


def test_alert_may_fire_on_for_a_while() -> None:
    assert watched_until(HELPED) == NOW + WATCH
    assert watched(after=WATCH - MINUTE) == HELPED


def test_alert_that_resolved_leaves_a_success() -> None:
    resolved = example.alert(starts_at=OLD.starts_at, status=AlertStatus.RESOLVED)
    assert watched(HELPED, resolved, after=WATCH * 20, status=IncidentStatus.RESOLVED) == HELPED


@pytest.mark.parametrize(
    ("result", "why"),
    [
        # The rule should have calmed down by now.
        (watched(after=WATCH), "the alert still fires 10 min later"),
        # A new episode, whatever became of it.
        (watched(HELPED, OLD, AGAIN, after=4 * MINUTE), "it fires again since 2026-11-24 11:06:05 UTC"),
        (
            watched(HELPED, AGAIN, after=4 * MINUTE, status=IncidentStatus.RESOLVED),
            "it fires again since 2026-11-24 11:06:05 UTC",
        ),
        # A further look saw it fail.
        (watched(failed_health=("shop: answered 503",)), "health fails again (shop: answered 503)"),
    ],
)
def test_success_that_did_not_last_belongs_into_an_issue(result: RemediationResult, why: str) -> None:
    assert (result.success, result.should_create_issue, result.outcome) == (False, True, Outcome.NO_CHANGE)
    assert result.reason == f"It did not last: {why}. Right after it: {HELPED.reason}"
    assert result.attempted
    assert result.logs == HELPED.logs


def test_what_did_not_help_is_not_watched() -> None:
    failed = result_of(after_is_good=False)
    assert watched_until(failed) is None
    assert watched_until(None) is None
    assert watched(failed, OLD, AGAIN, after=WATCH * 2) == failed
