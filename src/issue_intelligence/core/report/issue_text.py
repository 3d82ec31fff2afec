"""The issue as a whole: the mission's template, every section of it, in the order of the template."""

from collections.abc import Callable
from datetime import datetime

from issue_intelligence.core.model.issue import IssueText
from issue_intelligence.core.report.action_sections import known_issue, recommended_actions, remediation
from issue_intelligence.core.report.error_sections import error_details, related_logs
from issue_intelligence.core.report.finding_sections import historical_context, investigation_results
from issue_intelligence.core.report.footer import footer, raw_alert_data
from issue_intelligence.core.report.headline import issue_title
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.reason_sections import what_is_not_known, why_this_is_an_issue
from issue_intelligence.core.report.summary_sections import header, impact, problem_summary

# GitHub refuses more than 65,536; the rest is left for the marker and what people add.
MAX_BODY_CHARS = 60_000

# Each bounds its own text, together below the limit even when every sign needs an escape; the raw data
# takes what is left.
_SECTIONS: tuple[Callable[[IncidentReport], str], ...] = (
    header,
    problem_summary,
    impact,
    error_details,
    investigation_results,
    related_logs,
    historical_context,
    remediation,
    known_issue,
    recommended_actions,
    why_this_is_an_issue,
    what_is_not_known,
)


def compose_issue(report: IncidentReport, *, now: datetime, assignees: tuple[str, ...] = ()) -> IssueText:
    """Write the issue of an incident: a title of at most 200 and a body of at most 60,000 characters."""
    before = "\n\n".join(section(report) for section in _SECTIONS)
    after = footer(now=now)
    room = MAX_BODY_CHARS - len(before) - len(after) - 10
    body = "\n\n".join((before, "---", raw_alert_data(report, max_chars=room), after))
    return IssueText(
        title=issue_title(report),
        body=body,
        labels=report.verdict.categorization.labels,
        assignees=assignees,
    )
