"""What people in a channel hear: once of each incident, then only of news."""

from dataclasses import replace

import pytest

from issue_intelligence.core.model.notice import IncidentNotice, NoticeStatus
from issue_intelligence.core.model.verdict import Conclusion, Severity
from issue_intelligence.core.report.thread_plan import MessageAction, plan_message
from tests.factories.notices import a_notice, announced, remediating, repaired

POST, EDIT, REPLY, NOTHING = (
    MessageAction.POST,
    MessageAction.EDIT,
    MessageAction.REPLY,
    MessageAction.NOTHING,
)
QUIET = a_notice(acted=False)


@pytest.mark.parametrize(
    ("told", "notice", "action"),
    [
        # First words.
        (None, announced(), POST),
        (None, remediating(), POST),
        (None, a_notice(conclusion=Conclusion.POSSIBLE), POST),
        (None, a_notice(conclusion=Conclusion.MONITORING), POST),
        (None, a_notice(conclusion=Conclusion.NOT_REAL), NOTHING),
        (None, a_notice(conclusion=Conclusion.SUPPRESSED), NOTHING),
        (None, a_notice(conclusion=Conclusion.UNCONFIRMED), NOTHING),
        # An end that nobody heard the beginning of, and one at which an issue was created all the same.
        (None, a_notice(status=NoticeStatus.RESOLVED, acted=False), NOTHING),
        (None, a_notice(status=NoticeStatus.RESOLVED), POST),
        # After the announcement, what was done.
        (announced(), a_notice(), REPLY),
        (announced(), announced(status=NoticeStatus.NO_ISSUE, result="no issue: …"), REPLY),
        (remediating(), repaired(), REPLY),
        # What was told and is excused now: the message shows it, and nobody is disturbed.
        (a_notice(), a_notice(conclusion=Conclusion.SUPPRESSED, acted=False), EDIT),
        (
            a_notice(severity=Severity.LOW),
            a_notice(conclusion=Conclusion.SUPPRESSED, severity=Severity.CRITICAL, acted=False),
            EDIT,
        ),
        # The excuse is over and it still fires.
        (a_notice(conclusion=Conclusion.SUPPRESSED, acted=False), QUIET, REPLY),
        # A later look: nothing new, only numbers, an action, an end.
        (a_notice(), QUIET, NOTHING),
        (a_notice(), replace(QUIET, details=("firing for 3 h",)), NOTHING),
        (a_notice(), replace(QUIET, result="issue 12 is open and there is nothing new to say."), NOTHING),
        (a_notice(), replace(QUIET, affected_users=9), EDIT),
        (a_notice(), replace(QUIET, error_rate=None), EDIT),
        (a_notice(), a_notice(), REPLY),
        (a_notice(), replace(QUIET, status=NoticeStatus.RESOLVED), REPLY),
        (a_notice(), replace(QUIET, conclusion=Conclusion.NOT_REAL), REPLY),
        # Its announcement says less than what stands there, unless something is tried.
        (a_notice(), announced(), NOTHING),
        (a_notice(), remediating(), REPLY),
        # A second attempt, with another end.
        (
            a_notice(remediation_helped=False, remediation_result="It still fails"),
            replace(QUIET, remediation_helped=False, remediation_result="It is worse"),
            REPLY,
        ),
        # Milder is no news; graver is.
        (a_notice(), replace(QUIET, severity=Severity.LOW), EDIT),
        (a_notice(), replace(QUIET, severity=Severity.CRITICAL), REPLY),
    ],
)
def test_plan(told: IncidentNotice | None, notice: IncidentNotice, action: MessageAction) -> None:
    plan = plan_message(told, notice)
    assert plan.action is action
    assert plan.reason


def test_rise_is_named() -> None:
    plan = plan_message(a_notice(), replace(QUIET, severity=Severity.CRITICAL))
    assert plan.severity_rose
    assert plan.reason == "Severity rose from high to critical."
    assert not plan_message(a_notice(), replace(QUIET, severity=Severity.LOW)).severity_rose
