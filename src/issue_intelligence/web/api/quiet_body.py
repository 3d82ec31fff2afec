"""What is common to bodies that ask for quiet: matchers, spans, and who asks."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request

from issue_intelligence.core.intake.matcher_text import parse_matcher, write_matcher
from issue_intelligence.core.model.silence import Matcher, MatcherOperator
from issue_intelligence.kit.durations import parse_duration
from issue_intelligence.web.api.body import Line, invalid, printable

MAX_MATCHERS = 50
_MAX_CHARS = 2_500


class MatcherBody(BaseModel):
    """One matcher in parts."""

    model_config = ConfigDict(extra="forbid", strict=False)

    name: Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(printable)]
    operator: MatcherOperator = MatcherOperator.EQUAL
    value: Annotated[str, StringConstraints(max_length=_MAX_CHARS)]


def _text(text: str) -> str:
    if not text.replace("\n", " ").replace("\t", " ").isprintable():
        raise ValueError("must be text without control characters")
    return text


def _matcher(text: str) -> str:
    parse_matcher(_text(text))
    return text


def _duration(text: str) -> str:
    if text:
        parse_duration(text)
    return text


MatcherLine = Annotated[str, StringConstraints(max_length=_MAX_CHARS), AfterValidator(_matcher)]
Matchers = Annotated[
    list[MatcherLine | MatcherBody],
    Field(min_length=1, max_length=MAX_MATCHERS, description='Such as service=~"shop|mail"; all must hold.'),
]
Duration = Annotated[
    str,
    StringConstraints(max_length=50),
    AfterValidator(_duration),
    Field(description="Such as 90m, 1h30m or 2d."),
]
Comment = Annotated[str, StringConstraints(max_length=2_000, strip_whitespace=True), AfterValidator(_text)]
BY_PARAMETER = {"name": "by", "in": "query", "description": "Who asks for it.", "schema": {"type": "string"}}
By = Annotated[Line, Field(min_length=1, description="Who asks for it.")]


def matchers_of(given: list[MatcherLine | MatcherBody]) -> tuple[Matcher, ...]:
    return tuple(
        parse_matcher(each)
        if isinstance(each, str)
        else Matcher(name=each.name, operator=each.operator, value=each.value)
        for each in given
    )


def matchers_as_text(matchers: tuple[Matcher, ...]) -> list[str]:
    return [write_matcher(matcher) for matcher in matchers]


def who_asks(request: Request) -> str:
    """Read the parameter `by` of a request without a body; "somebody" without one. Raises HttpError (422)."""
    by = request.query_params.get("by", "").strip()
    if len(by) > 255 or not by.isprintable():
        raise invalid([("by", "must be one line of at most 255 characters")])
    return by or "somebody"
