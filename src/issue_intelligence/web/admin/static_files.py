"""The style of the pages and their icon."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_FOLDER = Path(__file__).parent / "static"
_KINDS = {"style.css": "text/css", "icon.svg": "image/svg+xml"}
_CONTENT = {name: (_FOLDER / name).read_bytes() for name in _KINDS}


def static_file(name: str) -> Response:
    """Give one of our files; it may be kept, since pages name its version."""
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(_CONTENT[name], media_type=_KINDS[name], headers=headers)


async def style(_request: Request) -> Response:
    return static_file("style.css")


async def icon(_request: Request) -> Response:
    return static_file("icon.svg")
