"""What POST /api/deployments takes, and what it says when it is something else."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from issue_intelligence.core.model.deployment import DeploymentReport, DeploymentStatus
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.kit.rfc3339 import parse_rfc3339
from issue_intelligence.web.errors import HttpError

# Clocks differ, but what lies further ahead is a mistake, and would excuse alerts of another day.
MAX_AHEAD = timedelta(minutes=5)
MAX_AGE = timedelta(days=366)


# By pydantic's names of what is wrong; its own sentences speak of Python.
_RULES = {
    "missing": "is missing",
    "extra_forbidden": "is not known",
    "string_type": "must be text",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "enum": "must be started, finished or failed",
    "model_type": "must be an object",
}


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of text without control characters")
    return text


def _web_address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return text


def _time(text: str) -> str:
    try:
        parse_rfc3339(text)
    except ValueError as error:
        raise ValueError(f"must be a time with its zone, such as 2026-11-24T12:00:00Z ({error})") from error
    return text


_Line = Annotated[str, StringConstraints(max_length=255, strip_whitespace=True), AfterValidator(_printable)]
_Time = Annotated[str, AfterValidator(_time), Field(json_schema_extra={"format": "date-time"})]


class DeploymentBody(BaseModel):
    """One word about a deployment: that it started, finished or failed."""

    model_config = ConfigDict(extra="forbid", strict=False)

    service: Annotated[_Line, Field(min_length=1, description="As in the catalogue, or as alerts name it.")]
    status: DeploymentStatus
    version: _Line = ""
    environment: Annotated[_Line, Field(description="Left out, it may be any.")] = ""
    id: Annotated[
        _Line, Field(description="Yours, such as a CI run's: reports of one id are of one deployment.")
    ] = ""
    started_at: _Time | None = None
    finished_at: _Time | None = None
    url: Annotated[
        str, StringConstraints(max_length=2000), AfterValidator(_printable), AfterValidator(_web_address)
    ] = ""
    by: _Line = ""


def read_report(body: bytes, now: datetime) -> DeploymentReport:
    """Read a body. Raises HttpError: 400 for what is no JSON, 422 that names the field for a wrong shape."""
    try:
        given = DeploymentBody.model_validate_json(body)
    except ValidationError as error:
        raise _refusal(error) from error
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
        raise _invalid([("finished_at", "must not stand beside status started")])
    if report.started_at and report.finished_at and report.finished_at < report.started_at:
        raise _invalid([("finished_at", "must not lie before started_at")])
    return report


def _within_reason(field: str, text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    at = parse_rfc3339(text)
    if at - now > MAX_AHEAD:
        raise _invalid([(field, "lies in the future")])
    if now - at > MAX_AGE:
        raise _invalid([(field, "lies more than a year back")])
    return min(at, now)


def _refusal(error: ValidationError) -> HttpError:
    problems = error.errors(include_url=False, include_input=False)
    if any(problem["type"] == "json_invalid" for problem in problems):
        return HttpError(status=400, code="not_json", message="the body is no JSON")
    return _invalid([(_path(problem["loc"]), _rule(problem)) for problem in problems])


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "body"


def _rule(problem: Any) -> str:
    return _RULES.get(problem["type"]) or str(problem["msg"]).removeprefix("Value error, ")


def _invalid(problems: list[tuple[str, str]]) -> HttpError:
    # A field that is not known has whatever name the sender gave it.
    told = [
        {"field": redact(field)[:100], "message": redact(message)[:300]} for field, message in problems[:20]
    ]
    return HttpError(
        status=422,
        code="invalid_payload",
        message="; ".join(f"{each['field']}: {each['message']}" for each in told),
        details=told,
    )
