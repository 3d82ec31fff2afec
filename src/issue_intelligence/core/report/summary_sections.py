"""The top of the issue: what is wrong, how bad it is, and what to do first."""

import re

from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.usual import UsualMetric
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.core.report.headline import error_headline, headline, issue_title
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import code_span, inline
from issue_intelligence.core.report.plain_words import (
    UNKNOWN,
    basis_told,
    counted,
    percentage,
    sentence,
    span,
    utc_time,
)
from issue_intelligence.core.report.recommend import recommend

MAX_ENDPOINTS = 10

_BLIND = "The monitoring is blind here; what we could find out of the service itself:"

# A team of the settings is meant to be told, so its name stays a mention; anything else is only text.
_TEAM = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?")


def header(report: IncidentReport) -> str:
    category = report.verdict.categorization
    facts = [
        f"**Severity**: {category.severity.value}",
        f"**Component**: {inline(category.component, 100)}",
        f"**Service**: {inline(_place(report), 200)}",
        f"**First Detected**: {utc_time(report.first_alert.starts_at)}",
        f"**Status**: {_status(report)}",
    ]
    if category.assign_team:
        team = category.assign_team
        facts.insert(3, f"**Team**: {team if _TEAM.fullmatch(team) else inline(team, 100)}")
    title = inline(issue_title(report), 250)
    return "\n".join((f"## 🚨 Automated Alert: {title}", "", *(f"- {fact}" for fact in facts), "", "---"))


def _place(report: IncidentReport) -> str:
    incident = report.incident
    return f"{incident.service} ({incident.environment})" if incident.environment else incident.service


def _status(report: IncidentReport) -> str:
    incident = report.incident
    if incident.status is IncidentStatus.OPEN or incident.resolved_at is None:
        return "Investigating"
    return f"Resolved at {utc_time(incident.resolved_at)}; it may come back"


def problem_summary(report: IncidentReport) -> str:
    """Say in a few sentences what happened, what the sender says of it, and what to do first."""
    told = _monitoring_story(report) if report.is_about_monitoring else _service_story(report)
    paragraphs = [told, _what_we_make_of_it(report), _alert_says(report)]
    actions = recommend(report)
    if actions:
        paragraphs.append(f"**Do this first**: {actions[0]}")
    return "\n\n".join(("### Problem Summary", *filter(None, paragraphs)))


def _monitoring_story(report: IncidentReport) -> str:
    return (
        f"The monitoring is in trouble, not the service as far as we know: {sentence(headline(report), 300)} "
        f"Until this is mended, the rule tells nobody when {code_span(report.incident.service, 100)} fails."
    )


def _service_story(report: IncidentReport) -> str:
    logs = report.logs
    trace = report.main_trace
    where = f" at {code_span(trace.culprit)}" if trace and trace.culprit else ""
    parts = [f"{code_span(error_headline(report))}{where} in **{inline(_place(report), 200)}**."]
    if logs and logs.error_lines:
        parts.append(_how_often(logs))
    elif logs:
        parts.append(f"None of the {counted(logs.lines, 'log line')} of that time is an error.")
    if len(report.alerts) > 1:
        newest = utc_time(report.last_alert.starts_at)
        parts.append(f"{len(report.alerts):,} alerts belong to it, the newest of {newest}.")
    return " ".join(parts)


def _what_we_make_of_it(report: IncidentReport) -> str:
    """Say how sure we are, whether it is known, and what we tried."""
    validation = report.verdict.validation
    parts = []
    if validation.conclusion is Conclusion.POSSIBLE:
        parts.append(f"It may be real ({validation.confidence} % sure): {sentence(validation.reason, 300)}")
    elif validation.conclusion is Conclusion.REAL:
        parts.append(f"It is real ({validation.confidence} % sure): {sentence(validation.reason, 300)}")
    known = validation.known_issue
    if known:
        parts.append(f'It is the known issue "{inline(known.title, 200)}"; its solution is below.')
    tried = report.remediation
    if tried and tried.attempted:
        outcome = "it helped" if tried.success else "it did not help"
        parts.append(f"We tried {code_span(tried.action, 100)}; {outcome}.")
    return " ".join(parts)


def _how_often(logs: LogAnalysis) -> str:
    text = f"The log has {counted(logs.error_lines, 'error line')}"
    if logs.first_occurrence is None:
        return text + "."
    first, last = utc_time(logs.first_occurrence), utc_time(logs.last_occurrence or logs.first_occurrence)
    return text + (f" between {first} and {last}." if first != last else f" at {first}.")


def _alert_says(report: IncidentReport) -> str:
    context = report.context
    name = code_span(report.incident.alert_name, 100)
    said = " ".join(filter(None, (sentence(context.summary), sentence(context.description, 600))))
    return f"Alert {name} says: {said}" if said else f"The alert is {name}; it carries no description."


def impact(report: IncidentReport) -> str:
    logs, metrics = report.logs, report.metrics
    users = logs.affected_users if logs else None
    rate = metrics.error_rate if metrics else None
    facts = (
        f"**Affected Users**: {f'{users:,}' if users is not None else UNKNOWN}",
        f"**Error Rate**: {percentage(rate) if rate is not None else UNKNOWN}{_of_requests(report)}",
        f"**Time Window**: {_window(report)}",
        f"**Affected Endpoints**: {_endpoints(report)}",
    )
    blind = [_BLIND] if report.is_about_monitoring else []
    return "\n".join(("### Impact", *blind, *(f"- {fact}" for fact in facts)))


def _of_requests(report: IncidentReport) -> str:
    metrics = report.metrics
    if metrics is None or metrics.error_rate is None:
        return ""
    requests = "" if metrics.request_count is None else f" of {counted(metrics.request_count, 'request')}"
    usual = metrics.baseline_error_rate
    if usual is None:
        return f"{requests}; no baseline yet"
    return f"{requests}; usual: {percentage(usual)}{basis_told(metrics, UsualMetric.ERROR_RATE)}"


def _window(report: IncidentReport) -> str:
    """Prefer the time that errors really span; the rule's own window is a setting."""
    logs = report.logs
    if logs and logs.first_occurrence and logs.last_occurrence:
        seconds = (logs.last_occurrence - logs.first_occurrence).total_seconds()
        first, last = utc_time(logs.first_occurrence), utc_time(logs.last_occurrence)
        return f"{span(seconds)}, {first} to {last}" if first != last else f"{span(seconds)} at {first}"
    rule_window = report.context.metrics.time_window
    return f"{inline(rule_window, 50)} (the alert rule's)" if rule_window else UNKNOWN


def _endpoints(report: IncidentReport) -> str:
    counts = report.logs.affected_endpoints if report.logs else ()
    named = [f"{code_span(item.endpoint, 200)} ({item.count:,})" for item in counts]
    named = named or [code_span(endpoint, 200) for endpoint in report.context.metrics.affected_endpoints]
    if not named:
        return UNKNOWN
    more = len(named) - MAX_ENDPOINTS
    return ", ".join(named[:MAX_ENDPOINTS]) + (f" and {more:,} more" if more > 0 else "")
