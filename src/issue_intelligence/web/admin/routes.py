"""What is at /admin."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from issue_intelligence.web.admin.access import AdminAccess, for_people
from issue_intelligence.web.admin.feedback import FeedbackForm
from issue_intelligence.web.admin.incident_list import IncidentList
from issue_intelligence.web.admin.incident_page import IncidentPage
from issue_intelligence.web.admin.sign_in import SignIn
from issue_intelligence.web.admin.static_files import icon, style
from issue_intelligence.web.errors import HttpError


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminParts:
    access: AdminAccess
    incidents: IncidentList
    incident: IncidentPage
    feedback: FeedbackForm


def admin_routes(parts: AdminParts) -> Sequence[Route]:
    access, sign_in = parts.access, SignIn(access=parts.access)
    reading, acting = access.reading, access.acting
    one = "/admin/incidents/{incident_id}"
    return [
        Route("/admin", reading(parts.incidents.show)),
        Route("/admin/sign-in", for_people(sign_in.show)),
        Route("/admin/sign-in", for_people(sign_in.sign_in), methods=["POST"]),
        Route("/admin/sign-out", acting(sign_in.sign_out), methods=["POST"]),
        Route("/admin/style.css", style),
        Route("/admin/icon.svg", icon),
        Route(one, reading(parts.incident.show)),
        Route(f"{one}/feedback", acting(parts.feedback.record), methods=["POST"]),
        Route("/admin/{rest:path}", for_people(_nothing)),
    ]


async def _nothing(_request: Request) -> Response:
    raise HttpError(status=404, code="not_found", message="there is no such page")
