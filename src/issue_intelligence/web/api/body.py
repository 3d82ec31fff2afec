"""What all bodies below /api have in common: lines, times, and how a wrong one is refused."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, ValidationError

from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.kit.rfc3339 import parse_rfc3339
from issue_intelligence.web.errors import HttpError

Body = TypeVar("Body", bound=BaseModel)

# By pydantic's names of what is wrong; its own sentences speak of Python.
_RULES = {
    "missing": "is missing",
    "extra_forbidden": "is not known",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "model_type": "must be an object",
}


def printable(text: str) -> str:
    """Take one line of text. Raises ValueError."""
    if not text.isprintable():
        raise ValueError("must be one line of text without control characters")
    return text


def _time(text: str) -> str:
    try:
        parse_rfc3339(text)
    except ValueError as error:
        raise ValueError(f"must be a time with its zone, such as 2026-11-24T12:00:00Z ({error})") from error
    return text


Line = Annotated[str, StringConstraints(max_length=255, strip_whitespace=True), AfterValidator(printable)]
Time = Annotated[str, AfterValidator(_time), Field(json_schema_extra={"format": "date-time"})]


def read_body(body: bytes, kind: type[Body]) -> Body:
    """Read a body. Raises HttpError: 400 for what is no JSON, 422 that names the field for a wrong shape."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        if any(problem["type"] == "json_invalid" for problem in problems):
            raise HttpError(status=400, code="not_json", message="the body is no JSON") from error
        raise invalid([(_path(problem["loc"]), _rule(problem)) for problem in problems]) from error


def invalid(problems: Sequence[tuple[str, str]]) -> HttpError:
    """Make the answer that names each field and what is wrong with it."""
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


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "body"


def _rule(problem: Any) -> str:
    if problem["type"] == "enum":
        return f"must be {problem['ctx']['expected'].replace(chr(39), '')}"
    return _RULES.get(problem["type"]) or str(problem["msg"]).removeprefix("Value error, ")
