"""/admin: what needs attention now, and what was lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.core.remediate.plan import Mode
from issue_intelligence.core.report.plain_words import severity_rank
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.incident_archive import IncidentArchive, IncidentQuery, IncidentSummary
from issue_intelligence.web.admin.answers import page
from issue_intelligence.web.admin.sessions import Session
from issue_intelligence.web.alerts import invalid_parameter, unavailable

PAGE_SIZE = 25
# More than this nobody can attend to; the list below has the rest.
MAX_OPEN = 200
_CALM = (Conclusion.NOT_REAL, Conclusion.SUPPRESSED)
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentList:
    archive: IncidentArchive
    mode: Mode
    services: Sequence[str]
    clock: Clock

    async def show(self, request: Request, session: Session) -> Response:
        query = _query(request)
        is_start = not request.query_params
        try:
            found = await self.archive.page(query)
            fires = await self.archive.open_incidents(MAX_OPEN) if is_start else ()
        except ValueError as error:
            raise invalid_parameter("before", str(error)) from error
        except OutsideError as error:
            raise unavailable() from error
        urgent, calm = attention(fires)
        shown = {each.incident.id for each in fires}
        return page(
            "incidents.html",
            {
                "session": session,
                "now": self.clock.now(),
                "mode": self.mode,
                "is_start": is_start,
                "urgent": urgent,
                "calm": calm,
                "all_shown": len(fires) < MAX_OPEN,
                "listed": [each for each in found.incidents if each.incident.id not in shown],
                "older": _link(request, before=found.next_before) if found.next_before else "",
                "query": query,
                "services": sorted({*self.services, *(each.incident.service for each in fires)}),
                "statuses": tuple(IncidentStatus),
                "conclusions": tuple(Conclusion),
            },
        )


def attention(
    fires: Sequence[IncidentSummary],
) -> tuple[tuple[IncidentSummary, ...], tuple[IncidentSummary, ...]]:
    """Part what fires into what asks for somebody, the worst and then the oldest first, and what does not.

    What nobody has decided about yet may be anything, so it asks.
    """
    urgent = [each for each in fires if each.verdict is None or _concludes(each) not in _CALM]
    calm = tuple(each for each in fires if each not in urgent)
    return tuple(sorted(urgent, key=_urgency)), calm


def _concludes(summary: IncidentSummary) -> Conclusion | None:
    return summary.verdict.validation.conclusion if summary.verdict else None


def _urgency(summary: IncidentSummary) -> tuple[bool, int, float]:
    severity = severity_rank(summary.verdict.categorization.severity) if summary.verdict else 0
    unsure = _concludes(summary) is Conclusion.UNCONFIRMED
    return unsure, severity, summary.incident.opened_at.timestamp()


def _query(request: Request) -> IncidentQuery:
    given = request.query_params
    service = given.get("service", "").strip()
    if "\0" in service:
        raise invalid_parameter("service", "must be text without NUL")
    return IncidentQuery(
        limit=PAGE_SIZE,
        before=given.get("before", ""),
        status=_chosen("status", given.get("status", ""), IncidentStatus),
        service=service,
        conclusion=_chosen("conclusion", given.get("conclusion", ""), Conclusion),
    )


def _chosen(name: str, given: str, choices: type[_Choice]) -> _Choice | None:
    if given and given not in set(choices):
        raise invalid_parameter(name, f"must be one of {', '.join(choices)}")
    return choices(given) if given else None


def _link(request: Request, *, before: str) -> str:
    kept = {name: request.query_params.get(name, "") for name in ("status", "service", "conclusion")}
    return f"/admin?{urlencode({name: value for name, value in kept.items() if value} | {'before': before})}"
