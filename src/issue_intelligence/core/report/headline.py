"""The one line that says what is wrong."""

from issue_intelligence.core.model.alert import MonitoringFault
from issue_intelligence.core.model.logs import StackTrace
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.core.report.plain_words import type_name

MAX_TITLE_CHARS = 200

_FAULTS = {
    MonitoringFault.NO_DATA: "alert rule {name} gets no data",
    MonitoringFault.ERROR: "the query of alert rule {name} fails",
    MonitoringFault.MISSING_SERIES: "a series of alert rule {name} has vanished",
}


def issue_title(report: IncidentReport) -> str:
    """Compose `[Bug] checkout: TypeError: …`, at most 200 characters."""
    kind = type_name(report.verdict.categorization.type)
    return one_line(f"[{kind}] {report.incident.service}: {headline(report)}", MAX_TITLE_CHARS)


def headline(report: IncidentReport) -> str:
    """Say what is wrong in the best words we have, from the most telling source down; plain text."""
    if report.is_about_monitoring:
        return monitoring_headline(report)
    known = report.verdict.validation.known_issue
    return (one_line(known.title, MAX_TITLE_CHARS) if known else "") or error_headline(report)


def error_headline(report: IncidentReport) -> str:
    """Say what was seen, without regard to what is known of it; plain text."""
    candidates = (
        trace_headline(report.main_trace) if report.main_trace else "",
        report.logs.error_messages[0] if report.logs and report.logs.error_messages else "",
        _health_headline(report),
        report.context.summary,
    )
    lines = (one_line(text, MAX_TITLE_CHARS) for text in candidates)
    return next(filter(None, lines), one_line(report.incident.alert_name, MAX_TITLE_CHARS))


def monitoring_headline(report: IncidentReport) -> str:
    fault = report.context.monitoring_fault
    text = _FAULTS[fault] if fault else "alert rule {name} does not work"
    return text.format(name=one_line(report.incident.alert_name, 100))


def trace_headline(trace: StackTrace) -> str:
    """Name a stack trace by its exception and message: `TypeError: x is undefined`."""
    message = one_line(trace.message, MAX_TITLE_CHARS)
    return f"{trace.exception}: {message}" if message else trace.exception


def _health_headline(report: IncidentReport) -> str:
    probes = report.health.probes if report.health else ()
    down = next((probe for probe in probes if probe.failed), None)
    return f"health check {down.label} failed: {down.detail}" if down else ""
