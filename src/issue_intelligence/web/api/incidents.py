"""/api/incidents: incidents, what is part of them and why; and how people split and merge them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.incident_joins import IncidentJoins, JoinRefusedError
from issue_intelligence.ports.incident_pages import IncidentPages, IncidentQuery
from issue_intelligence.web.access import ReadAccess
from issue_intelligence.web.alerts import MAX_PAGE, unavailable
from issue_intelligence.web.api.body import Body, Line, invalid, read_body
from issue_intelligence.web.errors import HttpError, json_answer
from issue_intelligence.web.request_body import BodyReader, require_json

MAX_BODY_BYTES = 16 * 1024
# There is one account that may sign in.
ACTOR = "admin"
_ID = re.compile(r"[0-9a-f]{32}")
_FEW_DIGITS = re.compile(r"[0-9]{1,9}")
_PARAMETERS = {
    "status": "Only those that are open, resolved or closed.",
    "service": "Only those of this service.",
    "leading": "true: leave out what is part of another incident.",
    "limit": f"At most so many, 50 unless said, up to {MAX_PAGE}.",
    "before": "`next_before` of the last answer.",
}


class MergeBody(BaseModel):
    """Into which incident, and why."""

    model_config = ConfigDict(extra="forbid", strict=True)

    into: Annotated[str, Field(pattern=_ID.pattern, min_length=32, max_length=32, description="Its id.")]
    note: Annotated[Line, Field(description="For those who read of it later.")] = ""


class SplitBody(BaseModel):
    """Why it is another matter."""

    model_config = ConfigDict(extra="forbid", strict=True)

    note: Annotated[Line, Field(description="For those who read of it later.")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEndpoints:
    pages: IncidentPages
    joins: IncidentJoins
    access: ReadAccess
    reader: BodyReader
    clock: Clock

    async def list(self, request: Request) -> Response:
        query = _query(request)
        try:
            page = await self.pages.page(query)
        except ValueError as error:
            raise _wrong("before", str(error)) from error
        except OutsideError as error:
            raise unavailable() from error
        return json_answer({"incidents": list(page.incidents), "next_before": page.next_before})

    async def one(self, request: Request) -> Response:
        return json_answer({"incident": await self._incident(_id_in(request))})

    async def merge(self, request: Request) -> Response:
        incident_id, given = await self._asked(request, MergeBody)
        return await self._change(
            incident_id,
            lambda: self.joins.merge(
                incident_id, into=given.into, by=ACTOR, note=redact(given.note), now=self.clock.now()
            ),
        )

    async def split(self, request: Request) -> Response:
        incident_id, given = await self._asked(request, SplitBody)
        return await self._change(
            incident_id,
            lambda: self.joins.split(incident_id, by=ACTOR, note=redact(given.note), now=self.clock.now()),
        )

    async def _asked(self, request: Request, kind: type[Body]) -> tuple[str, Body]:
        require_json(request.headers.raw)
        body = await self.reader.read(request.headers.raw, request.receive)
        given = read_body(body, kind)
        incident_id = _id_in(request)
        await self._incident(incident_id)
        return incident_id, given

    async def _change(self, incident_id: str, change: Callable[[], Any]) -> Response:
        try:
            await change()
        except JoinRefusedError as error:
            raise invalid([(error.field, str(error))]) from error
        except OutsideError as error:
            raise HttpError(
                status=503,
                code="not_committed",
                message="it could not be committed; send it again",
                retry_after_seconds=5,
            ) from error
        return json_answer({"incident": await self._incident(incident_id)})

    async def _incident(self, incident_id: str) -> dict[str, Any]:
        try:
            found = await self.pages.one(incident_id)
        except OutsideError as error:
            raise unavailable() from error
        if found is None:
            raise HttpError(status=404, code="not_found", message=f"there is no incident {incident_id}")
        return found


def incident_routes(endpoints: IncidentEndpoints) -> APIRouter:
    router = APIRouter()
    guarded = endpoints.access.reading
    list_all, one = guarded(endpoints.list), guarded(endpoints.one)
    merge, split = guarded(endpoints.merge), guarded(endpoints.split)

    @router.get(
        "/incidents",
        summary="List incidents, newest first",
        openapi_extra={
            "parameters": [
                {"name": name, "in": "query", "description": words, "schema": {"type": "string"}}
                for name, words in _PARAMETERS.items()
            ]
        },
        responses=_told((200, "One page."), (422, "A parameter is wrong; `details` names it.")),
    )
    async def list_incidents(request: Request) -> Response:
        return await list_all(request)

    @router.get(
        "/incidents/{id}",
        summary="Read one incident: its alerts, its parts, its verdict with the reasons",
        openapi_extra=_with_id(),
        responses=_told((200, "The incident."), (404, "There is none of this id.")),
    )
    async def one_incident(request: Request) -> Response:
        return await one(request)

    @router.post(
        "/incidents/{id}/merge",
        summary="Make an incident part of another",
        openapi_extra=_with_id(MergeBody),
        responses=_written("The incident, now part of the other."),
    )
    async def merge_incident(request: Request) -> Response:
        return await merge(request)

    @router.post(
        "/incidents/{id}/split",
        summary="Let an incident that is part of another stand for itself, for good",
        openapi_extra=_with_id(SplitBody),
        responses=_written("The incident, which we join to nothing again."),
    )
    async def split_incident(request: Request) -> Response:
        return await split(request)

    return router


def _with_id(body: type[BaseModel] | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    }
    if body is not None:
        content = {"application/json": {"schema": body.model_json_schema()}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _written(done: str) -> dict[int | str, dict[str, Any]]:
    return _told(
        (200, done),
        (400, "Not JSON."),
        (404, "There is none of this id."),
        (413, "Too large."),
        (415, "Not application/json."),
        (422, "Not possible; `details` names the field."),
    )


def _told(*answers: tuple[int, str]) -> dict[int | str, dict[str, Any]]:
    always = ((401, "Credentials are missing or wrong."), (503, "The database does not answer."))
    return {status: {"description": words} for status, words in (*answers, *always)}


def _id_in(request: Request) -> str:
    given: str = request.path_params["id"]
    if not _ID.fullmatch(given):
        raise HttpError(status=404, code="not_found", message="an incident id has 32 hex digits")
    return given


def _query(request: Request) -> IncidentQuery:
    given = request.query_params
    limit, status, leading = given.get("limit", "50"), given.get("status", ""), given.get("leading", "false")
    if not (_FEW_DIGITS.fullmatch(limit) and 1 <= int(limit) <= MAX_PAGE):
        raise _wrong("limit", f"must be a number from 1 to {MAX_PAGE}")
    if status and status not in set(IncidentStatus):
        raise _wrong("status", f"must be one of {', '.join(IncidentStatus)}")
    if leading not in ("true", "false"):
        raise _wrong("leading", "must be true or false")
    service = given.get("service", "")
    if "\0" in service:
        raise _wrong("service", "must be text without NUL")
    return IncidentQuery(
        limit=int(limit),
        before=given.get("before", ""),
        status=IncidentStatus(status) if status else None,
        service=service,
        leading_only=leading == "true",
    )


def _wrong(field: str, message: str) -> HttpError:
    return HttpError(
        status=422,
        code="invalid_parameter",
        message=f"{field}: {message}",
        details=[{"field": field, "message": message}],
    )
