"""What a report is about, and what it says of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from issue_intelligence.core.decide.flapping import Flapping
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.model.verdict import ExcuseKind
from issue_intelligence.core.report.comments import (
    compose_closed_comment,
    compose_flapping_comment,
    compose_recurrence_comment,
    compose_reopened_comment,
    compose_resolved_comment,
)
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.news import new_traces, what_is_new, what_was_tried
from issue_intelligence.core.report.plan import CommentKind
from issue_intelligence.ports.incident_store import Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSubject:
    report: IncidentReport
    findings: Findings
    # Of the look before this one that was told of; None for none.
    previous: Findings | None
    tried_before: RemediationResult | None
    # The newest spell of flapping, over or not; None for none.
    flapping: Flapping | None
    # It goes on, and people know of the incident: they are told once that it flaps, and then how it ended.
    held: bool

    @property
    def news(self) -> tuple[str, ...]:
        previous = self.previous
        return (
            *self._flapped(),
            *what_is_new(
                (previous.investigation, previous.verdict) if previous else None,
                (self.findings.investigation, self.findings.verdict),
                previous_alert_count=previous.alert_count if previous else 0,
                alert_count=self.report.incident.alert_count,
            ),
            *what_was_tried(self.tried_before, self.report.remediation),
        )

    def _flapped(self) -> tuple[str, ...]:
        """Sum up what was kept quiet, as soon as something is told again."""
        was_held = self.previous is not None and _excuse(self.previous) is ExcuseKind.FLAPPING
        if self.flapping is None or not was_held or _excuse(self.findings) is ExcuseKind.FLAPPING:
            return ()
        return (f"{self.flapping.sentence}.",)

    @property
    def shown(self) -> IncidentReport:
        """Give what channels show: what flaps is not over."""
        if not self.held:
            return self.report
        incident = replace(self.report.incident, status=IncidentStatus.OPEN, resolved_at=None)
        return replace(self.report, incident=incident)


def _excuse(findings: Findings) -> ExcuseKind | None:
    return findings.verdict.validation.excuse


def comment_text(
    subject: ReportSubject, kind: CommentKind, *, now: datetime, auto_close_after: timedelta
) -> str:
    report, spell = subject.report, subject.flapping
    hours = auto_close_after.total_seconds() / 3600
    if kind is CommentKind.FLAPPING and spell is not None:
        calm_after = (spell.calm_at - spell.last_at).total_seconds()
        return compose_flapping_comment(report, sentence=spell.sentence, calm_after_seconds=calm_after)
    if kind is CommentKind.RESOLVED:
        flapped = spell.sentence if spell else ""
        return compose_resolved_comment(report, now=now, auto_close_after_hours=hours, flapped=flapped)
    if kind is CommentKind.CLOSED:
        return compose_closed_comment(report, now=now, auto_close_after_hours=hours)
    compose = compose_reopened_comment if kind is CommentKind.REOPENED else compose_recurrence_comment
    before = subject.previous.investigation if subject.previous else None
    traces = new_traces(before, subject.findings.investigation)
    return compose(report, now=now, news=subject.news, new_traces=traces)
