"""/api/maintenance: windows of time in which people work on something."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from issue_intelligence.core.intake.maintenance import active_occurrence, next_occurrence
from issue_intelligence.core.intake.window_text import WindowError, WindowText
from issue_intelligence.core.model.maintenance import MaintenanceWindow, Occurrence, Once
from issue_intelligence.kit.durations import write_duration
from issue_intelligence.kit.rfc3339 import parse_rfc3339
from issue_intelligence.knowledge.maintenance import MaintenanceCalendar, WindowOfFileError
from issue_intelligence.knowledge.silences import InvalidSilenceError
from issue_intelligence.ports.clock import Clock
from issue_intelligence.web.api.body import Line, Time, invalid, read_body
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

_TimeOfDay = Annotated[Line, StringConstraints(max_length=8), Field(description="Such as 02:30.")]


class MaintenanceBody(BaseModel):
    """A window of every week (`from`, with `until` or `duration`) or of one day (`starts_at`, `ends_at`)."""

    model_config = ConfigDict(extra="forbid", strict=False)

    name: Annotated[Line, Field(min_length=1)]
    matchers: Matchers
    by: By
    comment: Comment = ""
    days: Annotated[
        list[Line] | None, Field(min_length=1, max_length=7, description="mon to sun; left out: every day.")
    ] = None
    from_: Annotated[_TimeOfDay, Field(alias="from")] = ""
    until: Annotated[_TimeOfDay, Field(description="At or before `from`: of the next day.")] = ""
    duration: Duration = ""
    timezone: Annotated[Line, Field(description="Such as Europe/Berlin; left out: UTC.")] = ""
    starts_at: Time | None = None
    ends_at: Time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceEndpoints:
    calendar: MaintenanceCalendar
    doors: Doors
    clock: Clock

    async def add(self, request: Request) -> Response:
        given = read_body(await self.doors.body_of(request), MaintenanceBody)
        try:
            text = _text_of(given)
            window = await committed(self.calendar.add(text, by=given.by))
        except (WindowError, InvalidSilenceError) as error:
            raise invalid([(error.field, str(error))]) from error
        return json_answer({"window": self._shown(window)}, 201)

    async def list(self, _request: Request) -> Response:
        return json_answer({"windows": [self._shown(each) for each in await read(self.calendar.all())]})

    async def one(self, request: Request) -> Response:
        window = await read(self.calendar.one(id_in(request, "maintenance window")))
        if window is None:
            raise missing("maintenance window")
        return json_answer({"window": self._shown(window)})

    async def remove(self, request: Request) -> Response:
        await self.doors.admit(request)
        window_id = id_in(request, "maintenance window")
        try:
            found = await committed(self.calendar.remove(window_id, by=who_asks(request)))
        except WindowOfFileError as error:
            raise HttpError(status=409, code="of_the_file", message=str(error)) from error
        if not found:
            raise missing("maintenance window")
        return json_answer({"removed": window_id})

    def _shown(self, window: MaintenanceWindow) -> dict[str, Any]:
        now, schedule = self.clock.now(), window.schedule
        shown: dict[str, Any] = {
            "id": window.id,
            "name": window.name,
            "matchers": matchers_as_text(window.matchers),
            "comment": window.comment,
            "created_by": window.created_by or None,
            "origin": window.origin.value,
        }
        if isinstance(schedule, Once):
            shown |= {"starts_at": iso(schedule.starts_at), "ends_at": iso(schedule.ends_at)}
        else:
            shown |= {
                "days": [day.value for day in schedule.days],
                "from": _clock(schedule.starts),
                "until": _clock(schedule.until) if schedule.until else None,
                "duration": write_duration(schedule.duration) if schedule.duration else None,
                "timezone": schedule.timezone,
            }
        return shown | {
            "open": _span(active_occurrence(window, now)),
            "next": _span(next_occurrence(window, now)),
        }


def _span(occurrence: Occurrence | None) -> dict[str, str | None] | None:
    if occurrence is None:
        return None
    return {"starts_at": iso(occurrence.starts_at), "ends_at": iso(occurrence.ends_at)}


def _clock(at: time) -> str:
    return at.isoformat("seconds" if at.second else "minutes")


def _text_of(given: MaintenanceBody) -> WindowText:
    return WindowText(
        name=given.name,
        matchers=matchers_of(given.matchers),
        days=given.days,
        starts=given.from_,
        until=given.until,
        duration=given.duration,
        timezone=given.timezone,
        starts_at=parse_rfc3339(given.starts_at) if given.starts_at else None,
        ends_at=parse_rfc3339(given.ends_at) if given.ends_at else None,
        comment=given.comment,
    )


def maintenance_routes(endpoints: MaintenanceEndpoints) -> APIRouter:
    router = APIRouter()
    reading = endpoints.doors.reading.reading
    list_all, read_one = reading(endpoints.list), reading(endpoints.one)

    @router.post(
        "/maintenance",
        status_code=201,
        summary="Make a maintenance window, of every week or of one day",
        openapi_extra={"requestBody": schema_of(MaintenanceBody)},
        responses=described({201: "It is made; `next` says when it opens.", **WRITTEN}),
    )
    async def add(request: Request) -> Response:
        return await endpoints.add(request)

    @router.get(
        "/maintenance",
        summary="List maintenance windows, those of the configuration first",
        responses=described(READ),
    )
    async def list_windows(request: Request) -> Response:
        return await list_all(request)

    @router.get(
        "/maintenance/{id}",
        summary="One maintenance window",
        responses=described({**READ, 404: CHANGED[404]}),
    )
    async def one(request: Request, id: str) -> Response:  # noqa: A002, ARG001
        return await read_one(request)

    @router.delete(
        "/maintenance/{id}",
        summary="Remove a maintenance window that was made here",
        openapi_extra={"parameters": [BY_PARAMETER]},
        responses=described({200: "It is gone.", 409: "It stands in the configuration.", **CHANGED}),
    )
    async def remove(request: Request, id: str) -> Response:  # noqa: A002, ARG001
        return await endpoints.remove(request)

    return router
