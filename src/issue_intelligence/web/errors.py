"""Errors as clients see them: always JSON of one shape, never a stack trace."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response


# Neither frozen nor slotted: Python and Starlette write `__traceback__` while it travels.
@dataclass(kw_only=True, eq=False)
class HttpError(Exception):
    """An answer that is not a success."""

    status: int
    # Machine-readable: "invalid_payload".
    code: str
    message: str
    details: Sequence[Any] = field(default=())
    retry_after_seconds: int | None = None
    challenge: str = ""
    # The methods that would have been right, where this one was not.
    allow: str = ""

    @property
    def headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        if self.retry_after_seconds is not None:
            headers["Retry-After"] = str(self.retry_after_seconds)
        if self.challenge:
            headers["WWW-Authenticate"] = self.challenge
        if self.allow:
            headers["Allow"] = self.allow
        return headers

    def body(self) -> bytes:
        error = {"code": self.code, "message": self.message, "details": list(self.details)}
        return json.dumps({"error": error}).encode()


def internal_error() -> HttpError:
    return HttpError(status=500, code="internal", message="something broke on our side; it is in our log")


def respond(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HttpError):
        error = internal_error()
    return Response(
        error.body(), status_code=error.status, headers=error.headers, media_type="application/json"
    )


def not_found(request: Request, _error: Exception) -> Response:
    return respond(
        request, HttpError(status=404, code="not_found", message=f"there is nothing at {request.url.path}")
    )


def method_not_allowed(request: Request, error: Exception) -> Response:
    answer = respond(
        request,
        HttpError(
            status=405,
            code="method_not_allowed",
            message=f"{request.url.path} does not answer {request.method}",
        ),
    )
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


def json_answer(content: Any, status: int = 200) -> Response:
    # ASCII only: it is read on terminals too, which obey some of the signs beyond.
    return Response(json.dumps(content, allow_nan=False), status_code=status, media_type="application/json")
