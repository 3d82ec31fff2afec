"""What POST /api/deployments takes, and what it says when it is something else."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from issue_intelligence.core.model.deployment import DeploymentReport, DeploymentStatus
from issue_intelligence.kit.rfc3339 import parse_rfc3339
from issue_intelligence.web.api.body import Line, Time, invalid, printable, read_body

# Clocks differ, but what lies further ahead is a mistake, and would excuse alerts of another day.
MAX_AHEAD = timedelta(minutes=5)
MAX_AGE = timedelta(days=366)


def _web_address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return text


class DeploymentBody(BaseModel):
    """One word about a deployment: that it started, finished or failed."""

    model_config = ConfigDict(extra="forbid", strict=False)

    service: Annotated[Line, Field(min_length=1, description="As in the catalogue, or as alerts name it.")]
    status: DeploymentStatus
    version: Line = ""
    environment: Annotated[Line, Field(description="Left out, it may be any.")] = ""
    id: Annotated[
        Line, Field(description="Yours, such as a CI run's: reports of one id are of one deployment.")
    ] = ""
    started_at: Time | None = None
    finished_at: Time | None = None
    url: Annotated[
        str, StringConstraints(max_length=2000), AfterValidator(printable), AfterValidator(_web_address)
    ] = ""
    by: Line = ""


def read_report(body: bytes, now: datetime) -> DeploymentReport:
    """Read a body. Raises HttpError: 400 for what is no JSON, 422 that names the field for a wrong shape."""
    given = read_body(body, DeploymentBody)
    report = DeploymentReport(
        service=given.service,
        status=given.status,
        version=given.version,
        environment=given.environment,
        id=given.id,
        started_at=_within_reason("started_at", given.started_at, now),
        finished_at=_within_reason("finished_at", given.finished_at, now),
        url=given.url,
        by=given.by,
    )
    if report.finished_at is not None and report.status is DeploymentStatus.STARTED:
        raise invalid([("finished_at", "must not stand beside status started")])
    if report.started_at and report.finished_at and report.finished_at < report.started_at:
        raise invalid([("finished_at", "must not lie before started_at")])
    return report


def _within_reason(field: str, text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    at = parse_rfc3339(text)
    if at - now > MAX_AHEAD:
        raise invalid([(field, "lies in the future")])
    if now - at > MAX_AGE:
        raise invalid([(field, "lies more than a year back")])
    return min(at, now)
