"""A notice gives the fact, what was done, and at most three lines more."""

from datetime import timedelta

import pytest

from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.report.notice import compose_notice
from issue_intelligence.core.report.plan import IssueAction
from tests.core.report import example
from tests.core.report.hostile import hostile_report
from tests.core.report.rich_reports import RICH_REPORTS


def test_notice_of_a_new_issue() -> None:
    notice = compose_notice(
        example.report(), action=IssueAction.CREATE, issue_url="file:///1.md", now=example.NOW
    )
    assert notice.headline == "TypeError: Cannot read properties of undefined (reading 'price')"
    assert notice.result == "issue created"
    assert notice.issue_url == "file:///1.md"
    assert notice.details == (
        "Why: 21 errors within five minutes, at least 3 are needed",
        "firing for 60 s, 21 error lines, 4.2 % of requests fail, 7 users",
        "Look at src/cart.ts:10 in total",
    )


@pytest.mark.parametrize(
    ("action", "reason", "result"),
    [
        (IssueAction.COMMENT, "There is news.", "commented on the issue"),
        (IssueAction.REOPEN, "It happened again.", "issue reopened"),
        (IssueAction.CLOSE, "It stayed away.", "issue closed"),
        # Why there is no issue is the fact.
        (IssueAction.NOTHING, "No issue: nothing confirms it yet.", "no issue: nothing confirms it yet."),
        (IssueAction.NOTHING, "", "no change to any issue"),
    ],
)
def test_result(action: IssueAction, reason: str, result: str) -> None:
    notice = compose_notice(example.report(), action=action, issue_url="", now=example.NOW, reason=reason)
    assert notice.result == result


def test_cause_that_has_an_issue_is_not_said_to_have_none() -> None:
    notice = compose_notice(
        example.report(),
        action=IssueAction.NOTHING,
        issue_url="file:///1.md",
        now=example.NOW,
        reason="No issue: our own remediation helped.",
    )
    assert notice.result == "no news for the issue: our own remediation helped"


def test_notice_of_a_known_issue_says_what_was_tried() -> None:
    notice = compose_notice(
        RICH_REPORTS["known_issue"], action=IssueAction.CREATE, issue_url="", now=example.NOW
    )
    assert notice.headline == "Database connection pool exhausted"
    assert notice.details[-1] == "Tried restart: The health check still fails 30 s after the restart"


def test_resolved_incident_says_how_long_it_lasted() -> None:
    resolved = example.incident(
        status=IncidentStatus.RESOLVED, resolved_at=example.STARTED + timedelta(minutes=12), alert_count=3
    )
    notice = compose_notice(
        example.report(incident=resolved),
        action=IssueAction.CLOSE,
        issue_url="",
        now=example.NOW + timedelta(days=1),
    )
    assert notice.details[1].startswith("resolved after 12 min, 3 alerts")


def test_comment_of_a_resolved_incident_does_not_read_like_an_alarm() -> None:
    resolved = example.incident(status=IncidentStatus.RESOLVED, resolved_at=example.NOW)
    notice = compose_notice(
        example.report(incident=resolved), action=IssueAction.COMMENT, issue_url="", now=example.NOW
    )
    assert notice.result == "resolved; a comment on the issue says so"


def test_notice_says_when_the_log_was_not_read() -> None:
    unread = compose_notice(
        RICH_REPORTS["little_known"], action=IssueAction.CREATE, issue_url="", now=example.NOW
    )
    assert "log not read" in unread.details[1]


def test_hostile_text_stays_on_its_lines() -> None:
    notice = compose_notice(
        hostile_report("\x1b[2J\nfake line\n" * 1_000),
        action=IssueAction.CREATE,
        issue_url="",
        now=example.NOW,
    )
    for text in (notice.service, notice.alert_name, notice.headline, notice.result, *notice.details):
        assert "\n" not in text
        assert "\x1b" not in text
        assert len(text) <= 300
