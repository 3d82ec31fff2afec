"""The demo's own checks notice when a scene ends otherwise than it should."""

from dataclasses import replace
from typing import Any

import pytest

from issue_intelligence.cli.demo.checks import (
    Recurrence,
    expired_token_faults,
    known_issue_faults,
    new_error_faults,
    recurrence_faults,
)
from issue_intelligence.cli.demo.issue_files import IssueFile
from tests.cli.demo.answers import NEW_ERROR, POOL, alert, issue_file, pool_alert, token_alert

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
    assert known_issue_faults(pool_alert(), (COMMENTED, POOL)) == []
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
    ("found", "pool_issue", "sentence"),
    [
        # Not recognised.
        (pool_alert(known_issue=None), POOL, "the known issue is None"),
        # The health check did not see the database.
        (pool_alert(health_check={"database_connected": True}), POOL, "the database's connection is 'up'"),
        # The issue lacks the solution.
        (pool_alert(), issue_file(2, "connection pool exhausted"), 'does not say "See who holds'),
    ],
)
def test_known_issue_that_ends_otherwise_is_told(
    found: dict[str, Any], pool_issue: IssueFile, sentence: str
) -> None:
    assert any(sentence in fault for fault in known_issue_faults(found, (NEW_ERROR, pool_issue)))


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
