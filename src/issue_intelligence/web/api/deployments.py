"""POST /api/deployments: CI says that a deployment started, finished or failed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from issue_intelligence.pipeline.deployments import DeploymentIntake, RecordedDeployment
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.web.api.access import ReportAccess
from issue_intelligence.web.api.deployment_body import DeploymentBody, read_report
from issue_intelligence.web.api.schema import schema_of
from issue_intelligence.web.errors import HttpError, json_answer
from issue_intelligence.web.request_body import BodyReader, require_json

MAX_BODY_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentEndpoints:
    intake: DeploymentIntake
    access: ReportAccess
    reader: BodyReader
    clock: Clock

    async def record(self, request: Request) -> Response:
        require_json(request.headers.raw)
        body = await self.reader.read(request.headers.raw, request.receive)
        self.access.admit(request, body)
        report = read_report(body, self.clock.now())
        try:
            recorded = await self.intake.record(report)
        except OutsideError as error:
            raise HttpError(
                status=503,
                code="not_committed",
                message="the deployment could not be committed; send it again",
                retry_after_seconds=5,
            ) from error
        return json_answer(_answer(recorded), 201 if recorded.is_new else 200)


def deployment_routes(endpoints: DeploymentEndpoints) -> APIRouter:
    router = APIRouter()

    # The body is read here and not by FastAPI, within our bounds and after the caller has proved itself.
    @router.post(
        "/deployments",
        status_code=201,
        summary="Report that a deployment started, finished or failed",
        openapi_extra={"requestBody": schema_of(DeploymentBody)},
        responses={
            200: {"description": "The deployment was known already; this is what is known now."},
            201: {"description": "The deployment is new."},
            **{
                status: {"description": words}
                for status, words in (
                    (400, "Not JSON."),
                    (401, "Credentials are missing or wrong."),
                    (413, "Too large."),
                    (415, "Not application/json."),
                    (422, "JSON of the wrong shape; `details` names the field."),
                    (429, "Too many requests of one source."),
                    (503, "Not committed; send it again."),
                )
            },
        },
    )
    async def record(request: Request) -> Response:
        return await endpoints.record(request)

    return router


def _answer(recorded: RecordedDeployment) -> dict[str, Any]:
    deployment = recorded.deployment
    answer: dict[str, Any] = {
        "id": deployment.id or None,
        "service": deployment.service,
        "status": deployment.status.value,
        "version": deployment.version or None,
        "environment": deployment.environment or None,
        "started_at": _iso(deployment.started_at),
        "finished_at": _iso(deployment.finished_at),
        "url": deployment.url or None,
        "by": deployment.by or None,
        "in_catalogue": recorded.in_catalogue,
    }
    if not recorded.in_catalogue:
        answer["note"] = "the service is not in the catalogue; only alerts that name it so will find this"
    return {"deployment": answer}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
