"""What people say of a decision on its page."""

import json
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from issue_intelligence.core.model.feedback import FeedbackKind, FeedbackSource
from issue_intelligence.knowledge.feedback import FeedbackIntake, UnknownSubjectError
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.web.admin.access import Form
from issue_intelligence.web.admin.answers import go_to
from issue_intelligence.web.admin.sessions import Session
from issue_intelligence.web.api.feedback_body import read_feedback
from issue_intelligence.web.errors import HttpError

# Which field of the form says what would have been right.
_RIGHT = {
    FeedbackKind.WRONG_SEVERITY: "severity",
    FeedbackKind.WRONG_COMPONENT: "component",
    FeedbackKind.WRONG_TYPE: "type",
    FeedbackKind.DUPLICATE: "duplicate_of",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackForm:
    intake: FeedbackIntake

    async def record(self, request: Request, session: Session, form: Form) -> Response:
        incident_id = request.path_params["incident_id"]
        given, statement = read_feedback(_as_body(form, session, incident_id))
        try:
            await self.intake.record(
                replace(statement, source=FeedbackSource.UI), incident_id=given.incident_id
            )
        except UnknownSubjectError as error:
            raise HttpError(status=404, code="not_found", message="there is no such incident") from error
        except OutsideError as error:
            raise HttpError(
                status=503,
                code="not_committed",
                message="the feedback could not be committed; send it again",
                retry_after_seconds=5,
            ) from error
        return go_to(f"/admin/incidents/{incident_id}#feedback")


def _as_body(form: Form, session: Session, incident_id: str) -> bytes:
    """Write the form as the API takes it, so that both take and refuse the same."""
    kind = form.get("kind", "")
    field = next((name for each, name in _RIGHT.items() if each == kind), "")
    # Who takes something back says what stood there.
    right = form.get("right", "") or form.get(field, "")
    body = {
        "incident_id": incident_id,
        "kind": kind,
        "right": right,
        "by": form.get("by", "").strip() or session.user,
        # Browsers end lines as the network does.
        "note": form.get("note", "").replace("\r\n", "\n"),
        "withdrawn": form.get("withdrawn", "") == "yes",
    }
    return json.dumps(body).encode()
