"""Where an incident stands, why, what helps, and where to look."""

from dataclasses import replace

import pytest

from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.notice import NoticeLinks, NoticeStatus
from issue_intelligence.core.model.remediation import Outcome, RemediationResult
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.notice import compose_announcement, compose_notice
from issue_intelligence.core.report.plan import IssueAction
from tests.core.report import example
from tests.core.report.rich_reports import RICH_REPORTS

HELPED = RemediationResult(
    attempted=True,
    success=True,
    action="restart",
    logs=(),
    should_create_issue=False,
    outcome=Outcome.HELPED,
    reason="The health check answers again",
)
RESOLVED = example.incident(status=IncidentStatus.RESOLVED, resolved_at=example.NOW)


@pytest.mark.parametrize(
    ("report", "number", "status"),
    [
        (example.report(), 1, NoticeStatus.ISSUE),
        (example.report(), None, NoticeStatus.NO_ISSUE),
        (example.report(incident=RESOLVED), 1, NoticeStatus.RESOLVED),
        (example.report(remediation=HELPED), None, NoticeStatus.REPAIRED),
        # That we repaired it says more than that it resolved.
        (example.report(remediation=HELPED, incident=RESOLVED), None, NoticeStatus.REPAIRED),
        (example.report(remediation=replace(HELPED, success=False)), 1, NoticeStatus.ISSUE),
    ],
)
def test_status(report: IncidentReport, number: int | None, status: NoticeStatus) -> None:
    notice = compose_notice(
        report, action=IssueAction.NOTHING, issue_url="", issue_number=number, now=example.NOW
    )
    assert notice.status is status


def test_notice_has_what_a_channel_shows() -> None:
    notice = compose_notice(
        example.report(),
        action=IssueAction.CREATE,
        issue_url="https://github.example/o/r/issues/3",
        issue_number=3,
        now=example.NOW,
        news=("3 further alerts since the last look.",),
    )
    assert (notice.component, notice.environment, notice.affected_users) == ("checkout", "production", 7)
    assert notice.error_rate == pytest.approx(0.042, abs=0.001)
    assert (notice.started_at, notice.resolved_at) == (example.STARTED, None)
    assert notice.reasons == (
        "21 errors within five minutes, at least 3 are needed",
        "21 errors where 1 is usual",
    )
    assert notice.excerpt.splitlines()[1] == "    at total (/app/src/cart.ts:10:31)"
    assert notice.news == ("3 further alerts since the last look.",)
    assert notice.links == NoticeLinks(
        issue="https://github.example/o/r/issues/3",
        logs="https://grafana.example.com/explore?schemaVersion=1&panes=%7B%7D",
        dashboard="https://grafana.example.com/d/shop",
        page=f"http://127.0.0.1:3003/admin/incidents/{example.incident().id}",
    )


def test_logs_link_comes_from_the_evidence_and_is_an_address() -> None:
    def link_of(url: str) -> str:
        investigation = example.investigation()
        assert investigation.logs is not None
        report = example.report(
            investigation=replace(investigation, logs=replace(investigation.logs, link=url))
        )
        notice = compose_notice(report, action=IssueAction.NOTHING, issue_url="", now=example.NOW)
        return notice.links.logs

    assert link_of("https://grafana.example/explore?q=1") == "https://grafana.example/explore?q=1"
    assert link_of("javascript:alert(1)") == ""
    assert link_of("/explore") == ""
    assert link_of("https://grafana.example/a|b>c d") == "https://grafana.example/a%7Cb%3Ec%20d"


def test_issue_in_a_file_has_a_number_and_no_link() -> None:
    notice = compose_notice(
        example.report(), action=IssueAction.CREATE, issue_url="file:///1.md", issue_number=1, now=example.NOW
    )
    assert (notice.issue_number, notice.links.issue, notice.issue_url) == (1, "", "file:///1.md")


def test_announcement_knows_no_end() -> None:
    """An earlier look's attempt is not the one that comes."""
    report = RICH_REPORTS["known_issue"]
    said = compose_announcement(
        report, attempting="restart", issue_number=None, issue_url="", now=example.NOW
    )
    assert said.status is NoticeStatus.REMEDIATING
    assert (said.remediation, said.remediation_result, said.remediation_helped) == ("restart", "", None)
    quiet = compose_announcement(report, attempting="", issue_number=None, issue_url="", now=example.NOW)
    assert quiet.status is NoticeStatus.INVESTIGATING
    assert not quiet.acted


def test_first_steps_of_a_solution_are_shown_without_their_markdown() -> None:
    report = RICH_REPORTS["known_issue"]
    notice = compose_notice(report, action=IssueAction.CREATE, issue_url="", now=example.NOW)
    assert notice.advice[:3] == (
        'It is the known issue "Database connection pool exhausted".',
        "Root cause: connections are held too long.",
        "1. See who holds them: select pid, state, query from pg_stat_activity",
    )
