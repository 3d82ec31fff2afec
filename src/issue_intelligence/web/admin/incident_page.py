"""/admin/incidents/{id}: one incident, in the five stages of the product."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from issue_intelligence.core.decide.confidence import start_points
from issue_intelligence.core.decide.feedback import in_force
from issue_intelligence.core.model.evidence import CollectorName, Evidence, Investigation
from issue_intelligence.core.model.issue import IssueText
from issue_intelligence.core.model.verdict import IssueType, Severity
from issue_intelligence.core.remediate.plan import Mode
from issue_intelligence.core.report.headline import headline
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.issue_text import compose_issue
from issue_intelligence.core.report.reason_sections import CONCLUSIONS
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.incident_archive import Dossier, IncidentArchive, Remediation
from issue_intelligence.web.admin.answers import page
from issue_intelligence.web.admin.charts import bars
from issue_intelligence.web.admin.numbers import numbers_of
from issue_intelligence.web.admin.sessions import Session
from issue_intelligence.web.admin.timeline import timeline
from issue_intelligence.web.alerts import unavailable
from issue_intelligence.web.errors import HttpError

_ID = re.compile(r"[0-9a-f]{32}")
# As they are gathered and asked: what the service says of itself, what checks say, what we know.
_COLLECTORS = (
    (CollectorName.LOGS, "Logs"),
    (CollectorName.METRICS, "Numbers"),
    (CollectorName.HEALTH, "Health"),
    (CollectorName.KNOWN_ISSUES, "Known issues"),
    (CollectorName.HISTORY, "History"),
    (CollectorName.CHANGES, "Changes"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    archive: IncidentArchive
    mode: Mode
    components: Sequence[str]
    clock: Clock

    async def show(self, request: Request, session: Session) -> Response:
        dossier = await self._dossier(request.path_params["incident_id"])
        return page("incident.html", self._values(dossier, self.clock.now()) | {"session": session})

    async def _dossier(self, incident_id: str) -> Dossier:
        try:
            dossier = await self.archive.dossier(incident_id) if _ID.fullmatch(incident_id) else None
        except OutsideError as error:
            raise unavailable() from error
        if dossier is None:
            raise HttpError(status=404, code="not_found", message="there is no such incident")
        return dossier

    def _values(self, dossier: Dossier, now: datetime) -> dict[str, Any]:
        report = report_of(dossier)
        verdict = dossier.verdict
        return {
            "now": now,
            "mode": self.mode,
            "dossier": dossier,
            "incident": dossier.incident,
            "verdict": verdict,
            "headline": headline(report) if report else dossier.incident.alert_name,
            "conclusion_words": CONCLUSIONS[verdict.validation.conclusion] if verdict else "",
            "reasons": _reasons(dossier),
            "start_points": _start_points(dossier),
            "report": report,
            "collectors": _collectors(dossier.investigation),
            "chart": bars(report.logs.error_histogram) if report and report.logs else None,
            "numbers": numbers_of(report.metrics) if report and report.metrics else (),
            "attempts": attempts_of(dossier),
            "would_be_issue": would_be_issue(dossier, report, self.mode, now),
            "timeline": timeline(dossier),
            "feedback": in_force(dossier.feedback),
            "severities": tuple(Severity),
            "types": tuple(IssueType),
            "components": sorted(self.components),
        }


def report_of(dossier: Dossier) -> IncidentReport | None:
    """Give what the issue would be written from; None before anything was decided."""
    if dossier.verdict is None or not dossier.alerts:
        return None
    return IncidentReport(
        incident=dossier.incident,
        alerts=tuple((each.alert, each.context) for each in dossier.alerts),
        investigation=dossier.investigation,
        verdict=dossier.verdict,
        remediation=dossier.remediations[-1].result if dossier.remediations else None,
    )


def would_be_issue(
    dossier: Dossier, report: IncidentReport | None, mode: Mode, now: datetime
) -> IssueText | None:
    """Write the issue that mode observe holds back; None where there is one, or none would have been."""
    wanted = report is not None and report.verdict.validation.deserves_issue
    if mode is not Mode.OBSERVE or dossier.issue is not None or report is None or not wanted:
        return None
    return compose_issue(report, now=now)


def attempts_of(dossier: Dossier) -> Sequence[Remediation]:
    """Give each attempt once, the newest first; later looks repeat it."""
    newest = {
        (each.result.action, each.result.started_at): each
        for each in dossier.remediations
        if each.result.attempted
    }
    return list(newest.values())[::-1]


def _collectors(found: Investigation) -> Sequence[tuple[CollectorName, str, Evidence[Any] | None]]:
    return [(name, title, getattr(found, name.value)) for name, title in _COLLECTORS]


def _reasons(dossier: Dossier) -> Sequence[Mapping[str, Any]]:
    """Give each rule that spoke: the one that decided first, then by what it adds or takes."""
    if dossier.verdict is None:
        return ()
    ordered = sorted(dossier.verdict.reasons, key=lambda reason: (not reason.decisive, -abs(reason.points)))
    return [
        {"text": reason.text, "rule": reason.rule, "points": reason.points, "decisive": reason.decisive}
        for reason in ordered
    ]


def _start_points(dossier: Dossier) -> int | None:
    """How sure one would be knowing nothing; None where the confidence is no sum of points."""
    verdict = dossier.verdict
    if verdict is None:
        return None
    start = start_points(verdict.validation.conclusion)
    added = sum(reason.points for reason in verdict.reasons)
    return start if start + added == verdict.validation.confidence else None
