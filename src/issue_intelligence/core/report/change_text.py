"""A deployment in words, and how it lies to the first error."""

from datetime import datetime

from issue_intelligence.core.model.evidence import Change
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import inline
from issue_intelligence.core.report.plain_words import span


def trouble_began(report: IncidentReport) -> tuple[datetime, str]:
    """Give when it began as far as is known, and what that was: "the first error" or "the alert"."""
    first_error_at = report.logs.first_occurrence if report.logs else None
    if first_error_at is not None:
        return first_error_at, "the first error"
    return report.first_alert.starts_at, "the alert"


def change_name(change: Change) -> str:
    version = f" {inline(change.version, 100)}" if change.version else ""
    return f"{inline(change.kind, 50)} of {inline(change.service, 100)}{version}"


def change_story(change: Change, report: IncidentReport) -> str:
    """Say what became of it and when: "finished 4 min before the first error"."""
    began_at, what = trouble_began(report)
    at = change.finished_at or change.started_at
    seconds = (began_at - at).total_seconds()
    relation = f"{span(abs(seconds))} {'before' if seconds >= 0 else 'after'} {what}"
    if change.finished_at is None:
        return f"started {relation} and has not reported its end"
    return f"{'failed' if change.failed else 'finished'} {relation}"
