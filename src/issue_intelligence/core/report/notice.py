"""What people are told when a look at an incident has ended."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.notice import IncidentNotice, NoticeStatus
from issue_intelligence.core.report.headline import headline
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.core.report.notice_facts import advice, excerpt, links, reasons, status
from issue_intelligence.core.report.plain_words import counted, percentage, span
from issue_intelligence.core.report.plan import IssueAction

MAX_NEWS = 5
# How the plan's sentence begins when there is to be none.
_NO_ISSUE = "No issue: "

_RESULTS = {
    IssueAction.CREATE: "issue created",
    IssueAction.COMMENT: "commented on the issue",
    IssueAction.REOPEN: "issue reopened",
    IssueAction.CLOSE: "issue closed",
}


def compose_announcement(
    report: IncidentReport,
    *,
    attempting: str,
    issue_number: int | None,
    issue_url: str,
    now: datetime,
) -> IncidentNotice:
    """Tell what was found, before anything is done; `attempting` names the action that comes, "" for none."""
    found = compose_notice(
        report,
        action=IssueAction.NOTHING,
        issue_number=issue_number,
        issue_url=issue_url,
        now=now,
        reason=f"Attempting {attempting}." if attempting else "An issue, or why there is none, follows.",
    )
    return replace(
        found,
        status=NoticeStatus.REMEDIATING if attempting else NoticeStatus.INVESTIGATING,
        remediation=one_line(attempting, 60),
        remediation_result="",
        remediation_helped=None,
    )


def compose_notice(
    report: IncidentReport,
    *,
    action: IssueAction,
    issue_url: str,
    now: datetime,
    reason: str = "",
    issue_number: int | None = None,
    news: Sequence[str] = (),
) -> IncidentNotice:
    """Tell what was found and done, as plain text; `reason` is the plan's sentence."""
    validation = report.verdict.validation
    metrics, tried, incident = report.metrics, report.remediation, report.incident
    has_tried = tried is not None and tried.attempted
    return IncidentNotice(
        status=status(report, issue_number=issue_number),
        environment=one_line(incident.environment, 100),
        component=one_line(report.verdict.categorization.component, 100),
        affected_users=report.logs.affected_users if report.logs else None,
        error_rate=metrics.error_rate if metrics else None,
        started_at=report.first_alert.starts_at,
        resolved_at=incident.resolved_at if incident.status is not IncidentStatus.OPEN else None,
        issue_number=issue_number,
        reasons=reasons(report),
        advice=advice(report),
        excerpt=excerpt(report),
        remediation=one_line(tried.action, 60) if tried and has_tried else "",
        remediation_result=one_line(tried.reason, 200) if tried and has_tried else "",
        remediation_helped=tried.success if tried and has_tried else None,
        news=tuple(one_line(text, 300) for text in news[:MAX_NEWS]),
        acted=action is not IssueAction.NOTHING,
        links=links(report, issue_url=issue_url),
        incident_id=report.incident.id,
        service=one_line(report.incident.service, 100),
        alert_name=one_line(report.incident.alert_name, 100),
        conclusion=validation.conclusion,
        confidence=validation.confidence,
        severity=report.verdict.categorization.severity,
        headline=headline(report),
        result=_result(report, action, reason, has_issue=bool(issue_url)),
        details=tuple(_details(report, now)),
        issue_url=issue_url,
    )


def _result(report: IncidentReport, action: IssueAction, reason: str, *, has_issue: bool) -> str:
    if action is IssueAction.COMMENT and report.incident.status is IncidentStatus.RESOLVED:
        return "resolved; a comment on the issue says so"
    if report.incident.joined is not None:
        return f"part of another incident: {one_line(report.incident.joined.text, 300)}"
    if action in _RESULTS:
        return _RESULTS[action]
    told = one_line(reason, 300)
    if has_issue and told.startswith(_NO_ISSUE):
        # The cause has one already, and its link follows these words.
        told = f"No news for the issue: {told.removeprefix(_NO_ISSUE).removesuffix('.')}"
    return told[:1].lower() + told[1:] if told else "no change to any issue"


def _details(report: IncidentReport, now: datetime) -> Iterator[str]:
    """At most three lines: why, how much, and what helps."""
    yield f"Why: {one_line(report.verdict.validation.reason, 200)}"
    facts = list(_facts(report, now))
    if facts:
        yield ", ".join(facts)
    known = report.verdict.validation.known_issue
    if report.remediation and report.remediation.attempted:
        yield f"Tried {one_line(report.remediation.action, 60)}: {one_line(report.remediation.reason, 150)}"
    elif known:
        yield f'Known issue "{one_line(known.title, 100)}": {one_line(known.solution, 150)}'
    elif report.main_trace and report.main_trace.culprit:
        yield f"Look at {one_line(report.main_trace.culprit, 150)}"


def _facts(report: IncidentReport, now: datetime) -> Iterator[str]:
    logs, metrics, incident = report.logs, report.metrics, report.incident
    ended = incident.resolved_at if incident.status is not IncidentStatus.OPEN else None
    lasted = span(((ended or now) - report.first_alert.starts_at).total_seconds())
    yield f"resolved after {lasted}" if ended else f"firing for {lasted}"
    if incident.alert_count > 1:
        yield counted(incident.alert_count, "alert")
    if logs and logs.error_lines:
        yield counted(logs.error_lines, "error line")
    elif logs:
        yield f"no error in {counted(logs.lines, 'log line')}" if logs.lines else "no log line of that time"
    else:
        yield "log not read"
    if metrics and metrics.error_rate:
        yield f"{percentage(metrics.error_rate)} of requests fail"
    if logs and logs.affected_users:
        yield counted(logs.affected_users, "user")
