"""Which HTTP endpoint a line speaks of, with the variables of its path templated."""

import re

from issue_intelligence.core.investigate.masking import mask_path
from issue_intelligence.core.model.logs import LogLine

METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"
_METHOD_KEYS = (
    "method",
    "http.method",
    "req.method",
    "request.method",
    "http.request.method",
    "httpMethod",
    "http_method",
)
_PATH_KEYS = (
    "path", "url", "route", "endpoint", "req.url", "req.path", "request.url", "request.path",
    "http.route", "http.target", "http.path", "url.path", "uri", "request_path", "originalUrl",
)  # fmt: skip
_IN_TEXT = re.compile(
    rf"\b({METHODS})[ :]{{1,2}}(?:https?://[^/\s]{{1,255}})?(/[^\s\"'`<>,;|()\[\]{{}}]{{0,1024}})", re.ASCII
)
_ORIGIN = re.compile(r"^https?://[^/]{1,255}")


def endpoint_of(line: LogLine) -> str | None:
    """Answer "POST /api/orders/<num>", "/api/orders/<num>" where no method is told, or None."""
    if line.fields:
        method = next((line.fields[key] for key in _METHOD_KEYS if key in line.fields), "").upper()
        path = next((line.fields[key] for key in _PATH_KEYS if key in line.fields), "")
        if method and not path and line.message.startswith("/"):
            # Some shippers make the path the whole line and the rest its fields.
            path = line.message
        path = _ORIGIN.sub("", path[:2048])
        if path.startswith("/"):
            return name_endpoint(method if method in METHODS.split("|") else "", path)
    match = _IN_TEXT.search(line.message) if "/" in line.message else None
    return None if match is None else name_endpoint(match[1], match[2])


def name_endpoint(method: str, path: str) -> str:
    """Join method and templated path; the query string is dropped."""
    path = mask_path(path).rstrip(".:")
    path = path.rstrip("/") or "/"
    return f"{method} {path}".strip()
