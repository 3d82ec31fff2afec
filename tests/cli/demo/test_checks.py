"""The demo's own checks notice when a scene ends otherwise than it should."""

from dataclasses import replace
from typing import Any

import pytest

from issue_intelligence.cli.demo.checks import (
    Recurrence,
    deployment_faults,
    expired_token_faults,
    new_error_faults,
    recurrence_faults,
    repaired_faults,
    slow_dependency_faults,
    unrepaired_faults,
)
from issue_intelligence.cli.demo.issue_files import IssueFile
from tests.cli.demo.answers import (
    NEW_ERROR,
    POOL,
    RESTARTED,
    SLOW,
    alert,
    deployment_alert,
    issue_file,
    pool_alert,
    slow_alert,
    token_alert,
    unrepaired_alert,
)

AGAIN = alert(id="b" * 32)
COMMENTED = issue_file(
    1,
    "TypeError at pricing.py:22 in discount_of",
    comments=("**Resolved** at 11:00.", f"**It is back**. Newest alert: {'b' * 32}."),
)
RECURRENCE = Recurrence(
    before_resend=(NEW_ERROR,),
    after_resend=(NEW_ERROR,),
    looked_at_before="2026-11-24T11:00:01Z",
    resent=alert(repeat_count=1),
    again=AGAIN,
    issues=(COMMENTED,),
)


def test_scenes_that_end_well_have_no_fault() -> None:
    assert new_error_faults(alert(), (NEW_ERROR,)) == []
    assert recurrence_faults(RECURRENCE) == []
    assert repaired_faults(pool_alert(), before=(COMMENTED,), issues=(COMMENTED,), still_failing=0) == []
    assert unrepaired_faults(unrepaired_alert(), (COMMENTED, POOL)) == []
    assert slow_dependency_faults(slow_alert(), (COMMENTED, POOL, SLOW), dependency="carrier") == []
    over = deployment_alert(alert_status="resolved")
    assert deployment_faults(deployment_alert(), over, before=(POOL,), issues=(POOL,)) == []
    assert expired_token_faults(token_alert(), before=(POOL,), issues=(POOL,)) == []


@pytest.mark.parametrize(
    ("found", "issues", "sentence"),
    [
        # Another verdict.
        (alert(validation={"conclusion": "possible"}), (NEW_ERROR,), "the conclusion is 'possible'"),
        # Never investigated in time.
        ({"status": "received"}, (NEW_ERROR,), "the conclusion is None"),
        # A collector failed, even though the verdict is right.
        (
            alert(evidence={"health": {"status": "failed", "error": "time-out"}}),
            (NEW_ERROR,),
            "health could not be collected: time-out",
        ),
        # The log was not understood.
        (alert(log_analysis={"stack_traces": []}), (NEW_ERROR,), "no stack trace leads to discount_of"),
        # The API names an issue that nobody wrote.
        (alert(), (), "the folder has no such file"),
        # A second issue.
        (alert(), (NEW_ERROR, POOL), "the number of issue files is 2 instead of 1"),
        # The issue says nothing of the error.
        (alert(), (issue_file(1, "Something broke."),), 'issue 1 does not say "TypeError"'),
        # A customer's address is in the issue.
        (
            alert(),
            (issue_file(1, "TypeError at pricing.py in discount_of for customer7@example.com"),),
            "issue 1 shows a customer's e-mail address",
        ),
    ],
)
def test_new_error_that_ends_otherwise_is_told(
    found: dict[str, Any], issues: tuple[IssueFile, ...], sentence: str
) -> None:
    assert any(sentence in fault for fault in new_error_faults(found, issues))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        # The resend was taken for something new.
        ({"resent": alert(repeat_count=0)}, "the repeat count after the resend is 0"),
        ({"resent": alert(repeat_count=1, investigated_at="later")}, "the time of the look"),
        ({"after_resend": (COMMENTED,)}, "the resend changed the issue's file"),
        # The return made an issue of its own.
        ({"issues": (COMMENTED, POOL)}, "the number of issue files is 2"),
        ({"again": alert(id="b" * 32, issue={"number": 2})}, "the issue of the new alert is 2"),
        # The comments are missing, or are about something else.
        ({"issues": (NEW_ERROR,)}, "the number of comments is 0 instead of 2"),
        ({"again": alert(id="c" * 32)}, "no comment names the new alert"),
    ],
)
def test_recurrence_that_ends_otherwise_is_told(changes: dict[str, Any], sentence: str) -> None:
    assert any(sentence in fault for fault in recurrence_faults(replace(RECURRENCE, **changes)))


@pytest.mark.parametrize(
    ("found", "issues", "still_failing", "sentence"),
    [
        # Not recognised.
        (pool_alert(known_issue=None), (NEW_ERROR,), 0, "the known issue is None"),
        # The health check did not see the database.
        (pool_alert(health_check={"database_connected": True}), (NEW_ERROR,), 0, "connection is 'up'"),
        # Nothing was tried, or it did not help, or nobody saw that it did.
        (pool_alert(remediation=None), (NEW_ERROR,), 0, "the action is None instead of 'restart'"),
        (unrepaired_alert(issue=None), (NEW_ERROR,), 0, "the outcome is 'no_change' instead of 'helped'"),
        (pool_alert(remediation=RESTARTED | {"after": {}}), (NEW_ERROR,), 0, "the health after the restart"),
        # It says that it helped, and the shop fails on.
        (pool_alert(), (NEW_ERROR,), 15, "the number of requests that fail after it is 15"),
        # An issue all the same.
        (pool_alert(issue={"number": 2}), (NEW_ERROR,), 0, "the alert's issue is {'number': 2}"),
        (pool_alert(), (NEW_ERROR, POOL), 0, "the issues' folder changed"),
    ],
)
def test_repair_that_ends_otherwise_is_told(
    found: dict[str, Any], issues: tuple[IssueFile, ...], still_failing: int, sentence: str
) -> None:
    faults = repaired_faults(found, before=(NEW_ERROR,), issues=issues, still_failing=still_failing)
    assert any(sentence in fault for fault in faults)


@pytest.mark.parametrize(
    ("found", "pool_issue", "sentence"),
    [
        (unrepaired_alert(remediation=RESTARTED), POOL, "the outcome is 'helped' instead of 'no_change'"),
        # The issue lacks the solution, or what was tried.
        (unrepaired_alert(), issue_file(2, "connection pool exhausted"), 'does not say "See who holds'),
        (unrepaired_alert(), issue_file(2, "connection pool exhausted"), 'does not say "**Before**"'),
    ],
)
def test_restart_in_vain_that_ends_otherwise_is_told(
    found: dict[str, Any], pool_issue: IssueFile, sentence: str
) -> None:
    assert any(sentence in fault for fault in unrepaired_faults(found, (NEW_ERROR, pool_issue)))


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (slow_alert(categorization={"type": "bug"}), "the type is 'bug' instead of 'performance'"),
        # The dependency was not asked, or seemed well.
        (slow_alert(health_check={"api_responsive": True}), "the state of carrier is None"),
        (slow_alert(issue={"number": 2}), 'issue 2 does not say "TimeoutError"'),
    ],
)
def test_slow_dependency_that_ends_otherwise_is_told(found: dict[str, Any], sentence: str) -> None:
    faults = slow_dependency_faults(found, (NEW_ERROR, POOL, SLOW), dependency="carrier")
    assert any(sentence in fault for fault in faults)


OVER = deployment_alert(alert_status="resolved")


@pytest.mark.parametrize(
    ("during", "after", "sentence"),
    [
        # Taken for real, at first or in the end.
        (deployment_alert(validation={"conclusion": "real"}), OVER, "the conclusion is 'real'"),
        (deployment_alert(), OVER | {"validation": {"conclusion": "real"}}, "the conclusion is 'real'"),
        # Excused by something else.
        (
            deployment_alert(validation={"conclusion": "suppressed", "reason": "silence by ada"}),
            OVER,
            "the reason speaks of no deployment: silence by ada",
        ),
        (deployment_alert(changes=[]), OVER, "the number of deployments near the alert is 0"),
        (deployment_alert(), deployment_alert(), "what the sender says in the end is 'firing'"),
        (deployment_alert(), OVER | {"issue": {"number": 3}}, "the alert's issue is {'number': 3}"),
    ],
)
def test_deployment_that_ends_otherwise_is_told(
    during: dict[str, Any], after: dict[str, Any], sentence: str
) -> None:
    faults = deployment_faults(during, after, before=(POOL,), issues=(POOL,))
    assert any(sentence in fault for fault in faults)


@pytest.mark.parametrize(
    ("found", "issues", "sentence"),
    [
        # Taken for real.
        (token_alert(validation={"conclusion": "real"}), (POOL,), "the conclusion is 'real'"),
        # An issue after all: by the API, or only in the folder.
        (token_alert(issue={"number": 3}), (POOL,), "the alert's issue is {'number': 3}"),
        (token_alert(), (POOL, issue_file(3, "jwt expired")), "the issues' folder changed"),
    ],
)
def test_expired_tokens_that_end_otherwise_are_told(
    found: dict[str, Any], issues: tuple[IssueFile, ...], sentence: str
) -> None:
    assert any(sentence in fault for fault in expired_token_faults(found, before=(POOL,), issues=issues))
