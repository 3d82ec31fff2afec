"""What POST /api/feedback takes, and what it says when it is something else."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from issue_intelligence.core.decide.feedback import fault_of_right
from issue_intelligence.core.model.feedback import FeedbackKind, FeedbackSource, Statement
from issue_intelligence.web.api.body import Line, invalid, read_body

MAX_NOTE_CHARS = 2_000
_ID = re.compile(r"[0-9a-f]{32}")
_ISSUE = re.compile(r"#?[1-9][0-9]{0,8}")


def _text(text: str) -> str:
    if not text.replace("\n", " ").replace("\t", " ").isprintable():
        raise ValueError("must be text without control characters")
    return text


class FeedbackBody(BaseModel):
    """What somebody says of the decision about an alert, or about an incident as a whole."""

    model_config = ConfigDict(extra="forbid", strict=False)

    alert_id: Annotated[Line, Field(description="An alert's id; or give incident_id.")] = ""
    incident_id: Annotated[Line, Field(description="An incident's id: as a whole.")] = ""
    kind: FeedbackKind
    right: Annotated[
        Line,
        Field(
            description="The right severity, component or type; for a duplicate the issue's number or the "
            "incident's id."
        ),
    ] = ""
    by: Annotated[Line, Field(description="Who says so.")] = ""
    note: Annotated[
        str,
        StringConstraints(max_length=MAX_NOTE_CHARS, strip_whitespace=True),
        AfterValidator(_text),
    ] = ""
    withdrawn: Annotated[bool, Field(description="Takes back what was said of this kind.")] = False


def read_feedback(body: bytes) -> tuple[FeedbackBody, Statement]:
    """Read a body. Raises HttpError: 400 for what is no JSON, 422 that names the field for a wrong shape."""
    given = read_body(body, FeedbackBody)
    problems = [
        (name, "must have 32 hex digits")
        for name, value in (("alert_id", given.alert_id), ("incident_id", given.incident_id))
        if value and not _ID.fullmatch(value)
    ]
    if not given.alert_id and not given.incident_id:
        problems.append(("alert_id", "is missing; or give incident_id"))
    if fault := _fault_of_right(given):
        problems.append(("right", fault))
    if problems:
        raise invalid(problems)
    return given, Statement(
        kind=given.kind,
        right=_right(given),
        by=given.by,
        note=given.note,
        source=FeedbackSource.API,
        withdrawn=given.withdrawn,
    )


def _fault_of_right(given: FeedbackBody) -> str:
    if given.withdrawn and not given.right:
        return ""
    if given.kind is not FeedbackKind.DUPLICATE:
        return fault_of_right(given.kind, given.right)
    if _ISSUE.fullmatch(given.right) or _ID.fullmatch(given.right):
        return ""
    return "must be the number of an issue or the id of an incident"


def _right(given: FeedbackBody) -> str:
    return f"#{given.right}" if given.right.isdecimal() and len(given.right) < 32 else given.right
