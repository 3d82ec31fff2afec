"""/api/ignore-patterns: what people called a false positive, and for how long."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from issue_intelligence.core.decide.ignoring import pattern_state
from issue_intelligence.core.model.ignore_pattern import IgnorePattern, PatternUse
from issue_intelligence.knowledge.ignore_patterns import (
    MAX_DURATION,
    FalsePositive,
    IgnorePatterns,
    NotIgnorable,
    NotIgnorableError,
)
from issue_intelligence.ports.clock import Clock
from issue_intelligence.web.api.body import Line, invalid, read_body
from issue_intelligence.web.api.quiet_body import BY_PARAMETER, By, Comment, who_asks
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
from issue_intelligence.web.errors import json_answer

_OF_INCIDENT = (NotIgnorable.NO_SUCH_INCIDENT, NotIgnorable.OTHER_INCIDENT)


class IgnorePatternBody(BaseModel):
    """What an alert is about is no problem: the like of it is kept quiet for a while."""

    model_config = ConfigDict(extra="forbid", strict=False)

    alert_id: Annotated[Line, Field(description="An alert's id; or give incident_id.")] = ""
    incident_id: Line = ""
    by: By
    comment: Comment = ""
    days: Annotated[int, Field(ge=1, le=MAX_DURATION.days)] = 30
    only_this_alert: Annotated[
        bool, Field(description="Not what other alert rules see of the same cause.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnorePatternEndpoints:
    patterns: IgnorePatterns
    doors: Doors
    clock: Clock

    async def add(self, request: Request) -> Response:
        given = read_body(await self.doors.body_of(request), IgnorePatternBody)
        if not given.alert_id and not given.incident_id:
            raise invalid([("alert_id", "is missing; or give incident_id")])
        said = FalsePositive(
            by=given.by,
            alert_id=given.alert_id,
            incident_id=given.incident_id,
            comment=given.comment,
            duration=timedelta(days=given.days),
            only_this_alert=given.only_this_alert,
        )
        try:
            pattern, is_new = await committed(self.patterns.from_false_positive(said))
        except NotIgnorableError as error:
            of_incident = error.reason in _OF_INCIDENT or not given.alert_id
            raise invalid([("incident_id" if of_incident else "alert_id", str(error))]) from error
        shown = await read(self.patterns.one(pattern.id))
        answer = self._shown(*(shown or (pattern, PatternUse())))
        return json_answer({"ignore_pattern": answer}, 201 if is_new else 200)

    async def list(self, _request: Request) -> Response:
        found = await read(self.patterns.all())
        return json_answer({"ignore_patterns": [self._shown(*each) for each in found]})

    async def one(self, request: Request) -> Response:
        found = await read(self.patterns.one(id_in(request, "ignore pattern")))
        if found is None:
            raise missing("ignore pattern")
        return json_answer({"ignore_pattern": self._shown(*found)})

    async def revoke(self, request: Request) -> Response:
        await self.doors.admit(request)
        pattern_id = id_in(request, "ignore pattern")
        if not await committed(self.patterns.revoke(pattern_id, by=who_asks(request))):
            raise missing("ignore pattern")
        return await self.one(request)

    def _shown(self, pattern: IgnorePattern, use: PatternUse) -> dict[str, Any]:
        return {
            "id": pattern.id,
            "state": pattern_state(pattern, self.clock.now()).value,
            "service": pattern.service,
            "environment": pattern.environment,
            "alert_name": pattern.alert_name or None,
            "cause": pattern.cause,
            "cause_text": pattern.cause_text,
            "errors_when_ignored": pattern.error_count,
            "incident_id": pattern.incident_id,
            "created_at": iso(pattern.created_at),
            "created_by": pattern.created_by,
            "comment": pattern.comment,
            "expires_at": iso(pattern.expires_at),
            "revoked_at": iso(pattern.revoked_at),
            "revoked_by": pattern.revoked_by or None,
            "incidents_kept_quiet": use.incidents,
            "last_used_at": iso(use.last_at),
        }


def ignore_pattern_routes(endpoints: IgnorePatternEndpoints) -> APIRouter:
    router = APIRouter()
    reading = endpoints.doors.reading.reading
    list_all, read_one = reading(endpoints.list), reading(endpoints.one)

    @router.post(
        "/ignore-patterns",
        status_code=201,
        summary="Call an alert a false positive, and keep the like of it quiet for a while",
        openapi_extra={"requestBody": schema_of(IgnorePatternBody)},
        responses=described({200: "One that holds was there.", 201: "It is made.", **WRITTEN}),
    )
    async def add(request: Request) -> Response:
        return await endpoints.add(request)

    @router.get(
        "/ignore-patterns",
        summary="List ignore patterns, newest first, with how often each kept something quiet",
        responses=described(READ),
    )
    async def list_patterns(request: Request) -> Response:
        return await list_all(request)

    @router.get(
        "/ignore-patterns/{id}",
        summary="One ignore pattern",
        responses=described({**READ, 404: CHANGED[404]}),
    )
    async def one(request: Request, id: str) -> Response:  # noqa: A002, ARG001
        return await read_one(request)

    @router.delete(
        "/ignore-patterns/{id}",
        summary="Revoke an ignore pattern; it stays in the list",
        openapi_extra={"parameters": [BY_PARAMETER]},
        responses=described({200: "It holds no more.", **CHANGED}),
    )
    async def revoke(request: Request, id: str) -> Response:  # noqa: A002, ARG001
        return await endpoints.revoke(request)

    return router
