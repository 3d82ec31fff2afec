"""Wires what is at /admin."""

from collections.abc import Sequence

from starlette.routing import Route

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.catalogue import catalogue_of
from issue_intelligence.bootstrap.stores import Stores
from issue_intelligence.knowledge.feedback import FeedbackIntake
from issue_intelligence.ports.clock import Clock
from issue_intelligence.settings import Settings
from issue_intelligence.web.access import ReadAccess
from issue_intelligence.web.admin.access import MAX_FORM_BYTES, AdminAccess
from issue_intelligence.web.admin.feedback import FeedbackForm
from issue_intelligence.web.admin.incident_list import IncidentList
from issue_intelligence.web.admin.incident_page import IncidentPage
from issue_intelligence.web.admin.routes import AdminParts, admin_routes
from issue_intelligence.web.admin.sessions import Sessions
from issue_intelligence.web.request_body import BodyReader


def admin_pages(
    settings: Settings, stores: Stores, access: ReadAccess, clock: Clock | None = None
) -> Sequence[Route]:
    clock = clock or SystemClock()
    catalogue = catalogue_of(settings)
    return admin_routes(
        AdminParts(
            access=AdminAccess(
                sessions=Sessions(
                    secret=settings.session_secret.get_secret_value(),
                    password=settings.admin_password.get_secret_value(),
                ),
                access=access,
                public_url=settings.public_url,
                reader=BodyReader(max_body_bytes=MAX_FORM_BYTES),
                clock=clock,
            ),
            incidents=IncidentList(
                archive=stores.archive,
                mode=settings.mode,
                services=tuple(service.name for service in catalogue),
                clock=clock,
            ),
            incident=IncidentPage(
                archive=stores.archive,
                mode=settings.mode,
                components=tuple({service.component for service in catalogue if service.component}),
                clock=clock,
            ),
            feedback=FeedbackForm(intake=FeedbackIntake(store=stores.feedback, clock=clock)),
        )
    )
