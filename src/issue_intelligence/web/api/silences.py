"""/api/silences: what people want to hear nothing of for a while."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from issue_intelligence.core.intake.silencing import silence_state
from issue_intelligence.core.model.silence import Silence, SilenceState
from issue_intelligence.kit.durations import parse_duration
from issue_intelligence.kit.rfc3339 import parse_rfc3339
from issue_intelligence.knowledge.silences import Covered, InvalidSilenceError, SilenceRequest, Silences
from issue_intelligence.ports.clock import Clock
from issue_intelligence.web.api.body import Time, invalid, read_body
from issue_intelligence.web.api.quiet_body import (
    BY_PARAMETER,
    By,
    Comment,
    Duration,
    Matchers,
    matchers_as_text,
    matchers_of,
    who_asks,
)
from issue_intelligence.web.api.quiet_doors import (
    CHANGED,
    READ,
    WRITTEN,
    Doors,
    committed,
    described,
    id_in,
    iso,
    missing,
    read,
)
from issue_intelligence.web.api.schema import schema_of
from issue_intelligence.web.errors import HttpError, json_answer


class SilenceBody(BaseModel):
    """Matchers and a span: what fires within it and matches is kept, and nobody is told."""

    model_config = ConfigDict(extra="forbid", strict=False)

    matchers: Matchers
    by: By
    comment: Comment = Field(min_length=1, description="Why.")
    starts_at: Time | None = Field(default=None, description="Left out: now.")
    ends_at: Time | None = Field(default=None, description="Or give duration.")
    duration: Duration = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceEndpoints:
    silences: Silences
    doors: Doors
    clock: Clock

    async def add(self, request: Request) -> Response:
        wanted = read_silence(await self.doors.body_of(request))
        try:
            silence, covered = await committed(self.silences.add(wanted))
        except InvalidSilenceError as error:
            raise invalid([(error.field, str(error))]) from error
        return json_answer({"silence": self._shown(silence, covered)}, 201)

    async def preview(self, request: Request) -> Response:
        wanted = read_silence(await self.doors.body_of(request))
        try:
            silence, covered = await read(self.silences.preview(wanted))
        except InvalidSilenceError as error:
            raise invalid([(error.field, str(error))]) from error
        return json_answer({"silence": self._shown(silence, covered) | {"id": None}})

    async def list(self, request: Request) -> Response:
        wanted = request.query_params.get("state", "")
        if wanted and wanted not in set(SilenceState):
            message = f"must be one of {', '.join(SilenceState)}"
            raise HttpError(
                status=422,
                code="invalid_parameter",
                message=f"state: {message}",
                details=[{"field": "state", "message": message}],
            )
        listed = [self._shown(each) for each in await read(self.silences.all())]
        return json_answer({"silences": [each for each in listed if wanted in ("", each["state"])]})

    async def one(self, request: Request) -> Response:
        silence = await read(self.silences.one(id_in(request, "silence")))
        if silence is None:
            raise missing("silence")
        return json_answer({"silence": self._shown(silence, await read(self.silences.covered(silence)))})

    async def expire(self, request: Request) -> Response:
        await self.doors.admit(request)
        ended = await committed(self.silences.expire(id_in(request, "silence"), who_asks(request)))
        if ended is None:
            raise missing("silence")
        return json_answer({"silence": self._shown(ended)})

    def _shown(self, silence: Silence, covered: Covered | None = None) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": silence.id,
            "state": silence_state(silence, self.clock.now()).value,
            "matchers": matchers_as_text(silence.matchers),
            "starts_at": iso(silence.starts_at),
            "ends_at": iso(silence.ends_at),
            "created_by": silence.created_by,
            "comment": silence.comment,
            "ended_by": silence.ended_by or None,
        }
        if covered is not None:
            shown["covers_now"] = {"firing_alerts": covered.alerts, "incidents": covered.incidents}
        return shown


def read_silence(body: bytes) -> SilenceRequest:
    """Read a body. Raises HttpError: 400 for what is no JSON, 422 that names the field for a wrong shape."""
    given = read_body(body, SilenceBody)
    return SilenceRequest(
        matchers=matchers_of(given.matchers),
        by=given.by,
        comment=given.comment,
        starts_at=parse_rfc3339(given.starts_at) if given.starts_at else None,
        ends_at=parse_rfc3339(given.ends_at) if given.ends_at else None,
        duration=parse_duration(given.duration) if given.duration else None,
    )


def silence_routes(endpoints: SilenceEndpoints) -> APIRouter:
    router = APIRouter()
    reading = endpoints.doors.reading.reading
    list_all, read_one = reading(endpoints.list), reading(endpoints.one)
    body = {"requestBody": schema_of(SilenceBody)}
    state = {"name": "state", "in": "query", "schema": {"enum": [each.value for each in SilenceState]}}

    # Bodies are read here and not by FastAPI, within our bounds and after the caller has proved itself.
    @router.post(
        "/silences",
        status_code=201,
        summary="Silence alerts for a while",
        openapi_extra=body,
        responses=described({201: "It is made; `covers_now` counts what fires now.", **WRITTEN}),
    )
    async def add(request: Request) -> Response:
        return await endpoints.add(request)

    @router.post(
        "/silences/preview",
        summary="Tell what a silence would cover, and make none",
        openapi_extra=body,
        responses=described({200: "What it would be; nothing was made.", **WRITTEN}),
    )
    async def preview(request: Request) -> Response:
        return await endpoints.preview(request)

    @router.get(
        "/silences",
        summary="List silences, also those that are over",
        openapi_extra={"parameters": [state]},
        responses=described({**READ, 422: "A parameter is wrong; `details` names it."}),
    )
    async def list_silences(request: Request) -> Response:
        return await list_all(request)

    @router.get(
        "/silences/{id}",
        summary="One silence, and what it covers now",
        responses=described({**READ, 404: CHANGED[404]}),
    )
    async def one(request: Request, id: str) -> Response:  # noqa: A002, ARG001
        return await read_one(request)

    @router.delete(
        "/silences/{id}",
        summary="End a silence now; it stays in the list",
        openapi_extra={"parameters": [BY_PARAMETER]},
        responses=described({200: "It is over.", **CHANGED}),
    )
    async def expire(request: Request, id: str) -> Response:  # noqa: A002, ARG001
        return await endpoints.expire(request)

    return router
