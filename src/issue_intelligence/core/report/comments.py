"""What is added to an issue later: short, and only what is new."""

from collections.abc import Sequence
from datetime import datetime

from issue_intelligence.core.model.alert import AlertStatus
from issue_intelligence.core.model.logs import StackTrace
from issue_intelligence.core.report.headline import trace_headline
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import clean, code_span, cut_middle, fence, link
from issue_intelligence.core.report.plain_words import counted, sentence, span, utc_time

MAX_TRACE_CHARS = 6_000


def compose_recurrence_comment(
    report: IncidentReport, *, now: datetime, news: Sequence[str] = (), new_traces: Sequence[StackTrace] = ()
) -> str:
    """Tell what is new of an incident whose issue is open.

    `news` are the sentences of `what_is_new`; `new_traces` are shown whole, the first two of them.
    """
    lines = [sentence(text, 600) for text in news] or ["It happened again."]
    return "\n\n".join(
        (
            _presence(report, now),
            "\n".join(f"- {line}" for line in lines),
            *_traces(new_traces),
            _facts(report),
        )
    )


def _presence(report: IncidentReport, now: datetime) -> str:
    """Say whether it went on all the time, or had resolved before its newest alert."""
    newest, ends = report.last_alert, [alert.ends_at for alert, _ in report.alerts[:-1]]
    over = [at for at in ends if at is not None and at <= newest.starts_at]
    if newest.status is AlertStatus.FIRING and over and len(over) == len(ends):
        gap = span((newest.starts_at - max(over)).total_seconds())
        return f"**It is back** since {utc_time(newest.starts_at)}, {gap} after it had resolved."
    return f"**Still there** at {utc_time(now)}."


def compose_reopened_comment(
    report: IncidentReport, *, now: datetime, news: Sequence[str] = (), new_traces: Sequence[StackTrace] = ()
) -> str:
    """Say why a finished issue is open again."""
    started = utc_time(report.last_alert.starts_at)
    opening = f"**Reopened** at {utc_time(now)}: it happened again, with an alert of {started}."
    lines = "\n".join(f"- {sentence(text, 600)}" for text in news)
    return "\n\n".join(filter(None, (opening, lines, *_traces(new_traces), _facts(report))))


def compose_flapping_comment(report: IncidentReport, *, sentence: str, calm_after_seconds: float) -> str:
    """Say, once, that it comes and goes, and that its coming and going is not told any more."""
    return (
        f"**Flapping**: {sentence[:1].lower()}{sentence[1:]}.\n\n"
        f"To spare you, there is nothing more about it until {span(calm_after_seconds)} have passed without a"
        " change, unless it gets worse: a health check that fails, or another first error. Then we say how"
        f" it ended.\n\n{_facts(report)}"
    )


def compose_resolved_comment(
    report: IncidentReport, *, now: datetime, auto_close_after_hours: float | None, flapped: str = ""
) -> str:
    """Say that the alert stopped; None when closing is left to people.

    `flapped` says how often it came and went before; "" for not.
    """
    at = report.incident.resolved_at or now
    lasted = span((at - report.first_alert.starts_at).total_seconds())
    closing = (
        f"This issue will be closed if it stays away for {span(auto_close_after_hours * 3600)}."
        if auto_close_after_hours is not None
        else "Close this issue when the cause is found."
    )
    cause = (
        ""
        if report.remediation and report.remediation.success
        else " Nobody has told us why, so the cause may still be there."
    )
    came = f" {flapped}." if flapped else ""
    return f"**Resolved** at {utc_time(at)}, after {lasted} and {_alerts(report)}.{came}{cause}\n\n{closing}"


def compose_closed_comment(report: IncidentReport, *, now: datetime, auto_close_after_hours: float) -> str:
    """Say why the issue is closed and what reopens it."""
    at = report.incident.resolved_at
    since = f" since {utc_time(at)}" if at else ""
    return (
        f"**Closed** at {utc_time(now)}: it has not come back{since}, which is longer than "
        f"{span(auto_close_after_hours * 3600)}.\n\nThe next alert of this cause reopens it. "
        "To keep it closed for good, close it as not planned."
    )


def _alerts(report: IncidentReport) -> str:
    return counted(max(report.incident.alert_count, 1), "alert")


def _traces(traces: Sequence[StackTrace]) -> list[str]:
    return [
        fence(cut_middle(clean(trace.text) or trace_headline(trace), MAX_TRACE_CHARS)) for trace in traces[:2]
    ]


def _facts(report: IncidentReport) -> str:
    category = report.verdict.categorization
    page = link("Everything we found", report.page_url)
    told = f"Severity {category.severity.value}, {_alerts(report)} in all.{_errors(report)}"
    return f"{told} Newest alert: {code_span(report.last_alert.id, 80)}.{f' {page}.' if page else ''}"


def _errors(report: IncidentReport) -> str:
    logs = report.logs
    if logs is None or not logs.error_lines:
        return ""
    last = f", the last at {utc_time(logs.last_occurrence)}" if logs.last_occurrence else ""
    return f" The log around it has {counted(logs.error_lines, 'error line')}{last}."
