"""POST and GET /api/feedback: what people say of decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from issue_intelligence.kit.rfc3339 import parse_rfc3339
from issue_intelligence.knowledge.feedback import FeedbackIntake, Missing, UnknownSubjectError
from issue_intelligence.knowledge.feedback_format import feedback_as_dict
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.feedback_store import FeedbackQuery, FeedbackStore
from issue_intelligence.web.access import ReadAccess
from issue_intelligence.web.alerts import invalid_parameter, page_limit, unavailable
from issue_intelligence.web.api.access import ReportAccess
from issue_intelligence.web.api.body import invalid
from issue_intelligence.web.api.feedback_body import FeedbackBody, read_feedback
from issue_intelligence.web.api.schema import schema_of
from issue_intelligence.web.errors import HttpError, json_answer
from issue_intelligence.web.request_body import BodyReader, require_json

MAX_BODY_BYTES = 16 * 1024
_PARAMETERS = {
    "alert": "Only what was said of this alert or of its incident.",
    "incident": "Only what was said of this incident or of its alerts.",
    "since": "Only what was said at this time or later.",
    "limit": "At most so many, 50 unless said, up to 500.",
    "before": "`next_before` of the last answer.",
}
_UNKNOWN = {
    Missing.ALERT: ("alert_id", "there is no such alert"),
    Missing.INCIDENT: ("incident_id", "there is no such incident"),
    Missing.ALERT_OF_INCIDENT: ("incident_id", "the alert belongs to another incident"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackEndpoints:
    intake: FeedbackIntake
    store: FeedbackStore
    writing: ReportAccess
    reading: ReadAccess
    reader: BodyReader

    async def record(self, request: Request) -> Response:
        require_json(request.headers.raw)
        body = await self.reader.read(request.headers.raw, request.receive)
        self.writing.admit(request, body)
        given, statement = read_feedback(body)
        try:
            recorded = await self.intake.record(
                statement, alert_id=given.alert_id, incident_id=given.incident_id
            )
        except UnknownSubjectError as error:
            raise invalid([_UNKNOWN[error.missing]]) from error
        except OutsideError as error:
            raise HttpError(
                status=503,
                code="not_committed",
                message="the feedback could not be committed; send it again",
                retry_after_seconds=5,
            ) from error
        return json_answer({"feedback": feedback_as_dict(recorded.feedback)}, 201 if recorded.is_new else 200)

    async def list(self, request: Request) -> Response:
        query = _query(request)
        try:
            page = await self.store.page(query)
        except ValueError as error:
            raise invalid_parameter("before", str(error)) from error
        except OutsideError as error:
            raise unavailable() from error
        return json_answer(
            {"feedback": [feedback_as_dict(each) for each in page.feedback], "next_before": page.next_before}
        )


def feedback_routes(endpoints: FeedbackEndpoints) -> APIRouter:
    router = APIRouter()
    read = endpoints.reading.reading(endpoints.list)

    # The body is read here and not by FastAPI, within our bounds and after the caller has proved itself.
    @router.post(
        "/feedback",
        status_code=201,
        summary="Say that a decision was right or wrong",
        openapi_extra={"requestBody": schema_of(FeedbackBody)},
        responses=_told(
            (200, "That had been said already."),
            (201, "It is recorded."),
            (400, "Not JSON."),
            (401, "Credentials are missing or wrong."),
            (413, "Too large."),
            (415, "Not application/json."),
            (422, "JSON of the wrong shape, or no such alert or incident; `details` names the field."),
            (429, "Too many requests of one source."),
            (503, "Not committed; send it again."),
        ),
    )
    async def record(request: Request) -> Response:
        return await endpoints.record(request)

    @router.get(
        "/feedback",
        summary="List what people said of decisions, newest first",
        openapi_extra={
            "parameters": [
                {"name": name, "in": "query", "description": words, "schema": {"type": "string"}}
                for name, words in _PARAMETERS.items()
            ]
        },
        responses=_told(
            (200, "One page."),
            (401, "Credentials are missing or wrong."),
            (422, "A parameter is wrong; `details` names it."),
            (503, "The database does not answer."),
        ),
    )
    async def list_feedback(request: Request) -> Response:
        return await read(request)

    return router


def _told(*answers: tuple[int, str]) -> dict[int | str, dict[str, Any]]:
    return {status: {"description": words} for status, words in answers}


def _query(request: Request) -> FeedbackQuery:
    given = request.query_params
    ids = {name: given.get(name, "") for name in ("alert", "incident")}
    for name, value in ids.items():
        if value and not (len(value) == 32 and value.isalnum() and value.isascii()):
            raise invalid_parameter(name, "must have 32 hex digits")
    return FeedbackQuery(
        limit=page_limit(given.get("limit", "50")),
        before=given.get("before", ""),
        alert_id=ids["alert"],
        incident_id=ids["incident"],
        since=_since(given.get("since", "")),
    )


def _since(text: str) -> datetime | None:
    try:
        return parse_rfc3339(text) if text else None
    except ValueError as error:
        raise invalid_parameter(
            "since", f"must be a time with its zone, such as 2026-11-24T12:00:00Z ({error})"
        ) from error
