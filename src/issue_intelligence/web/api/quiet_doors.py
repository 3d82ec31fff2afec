"""How requests come in to what asks for quiet, and which answers OpenAPI tells of."""

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from starlette.requests import Request

from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.web.access import ReadAccess
from issue_intelligence.web.alerts import unavailable
from issue_intelligence.web.api.access import ReportAccess
from issue_intelligence.web.errors import HttpError
from issue_intelligence.web.request_body import BodyReader, require_json

T = TypeVar("T")
MAX_BODY_BYTES = 64 * 1024
_ID = re.compile(r"[0-9a-f]{32}")

READ = {
    200: "What is known.",
    401: "Credentials are missing or wrong.",
    503: "The database does not answer.",
}
CHANGED = {
    401: "Credentials are missing or wrong.",
    404: "There is none of this id.",
    422: "A parameter is wrong; `details` names it.",
    429: "Too many requests of one source.",
    503: "Not committed; send it again.",
}
WRITTEN = {
    400: "Not JSON.",
    401: "Credentials are missing or wrong.",
    413: "Too large.",
    415: "Not application/json.",
    422: "JSON of the wrong shape; `details` names the field.",
    429: "Too many requests of one source.",
    503: "Not committed; send it again.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Who may come in, and with what."""

    writing: ReportAccess
    reading: ReadAccess
    reader: BodyReader

    async def body_of(self, request: Request) -> bytes:
        """Take the body of one who may write. Raises HttpError."""
        require_json(request.headers.raw)
        body = await self.reader.read(request.headers.raw, request.receive)
        self.writing.admit(request, body)
        return body

    async def admit(self, request: Request) -> None:
        """Let one who may write pass, whose request needs no body. Raises HttpError."""
        self.writing.admit(request, await self.reader.read(request.headers.raw, request.receive))


async def committed(change: Awaitable[T]) -> T:
    """Await a change. Raises HttpError (503) where it could not be committed."""
    try:
        return await change
    except OutsideError as error:
        raise HttpError(
            status=503,
            code="not_committed",
            message="it could not be committed; send it again",
            retry_after_seconds=5,
        ) from error


async def read(question: Awaitable[T]) -> T:
    """Await an answer of the database. Raises HttpError (503)."""
    try:
        return await question
    except OutsideError as error:
        raise unavailable() from error


def id_in(request: Request, what: str) -> str:
    """Take the id in the path. Raises HttpError (404) for what cannot be one."""
    given: str = request.path_params["id"]
    if not _ID.fullmatch(given):
        raise missing(what)
    return given


def missing(what: str) -> HttpError:
    return HttpError(status=404, code="not_found", message=f"there is no {what} of this id")


def described(answers: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    return {status: {"description": words} for status, words in answers.items()}


def iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
