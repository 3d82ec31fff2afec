"""Pages as answers: their headers, and errors for people."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from issue_intelligence.web.admin.rendering import render
from issue_intelligence.web.errors import HttpError

# No script, no style within the page, nothing from elsewhere: nothing is left for a nonce to allow.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    # "no-referrer" would have browsers leave out whence our own forms come.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_TITLES = {
    401: "Not signed in",
    403: "Refused",
    404: "Not found",
    413: "Too large",
    422: "That cannot be taken",
    429: "Too many attempts",
    503: "Not available",
}


def page(template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
    return Response(render(template, values), status_code=status, headers=HEADERS, media_type="text/html")


def go_to(path: str) -> Response:
    """Send the browser on; `path` is ours."""
    return RedirectResponse(path, status_code=303, headers=HEADERS)


def error_page(request: Request, error: HttpError) -> Response:
    back = request.url.path.removesuffix("/feedback")
    answer = page(
        "error.html",
        {
            "title": _TITLES.get(error.status, "That did not work"),
            "message": f"{error.message[:1].upper()}{error.message[1:]}.",
            "back": back if error.status == 422 else "/admin",
            "session": None,
        },
        status=error.status,
    )
    answer.headers.update({name: value for name, value in error.headers.items() if name == "Retry-After"})
    return answer
