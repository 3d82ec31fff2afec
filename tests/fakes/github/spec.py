"""Checks requests against GitHub's own OpenAPI description, where the shared data has it."""

import json
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing.requests import MockRequest

from tests.real_parts import shared_data_folder

SPEC = shared_data_folder("github") / "github-subset.openapi.json"


@cache
def github_spec() -> OpenAPI | None:
    """Load it once a session; None where the shared data is absent."""
    if not SPEC.is_file():
        return None
    # Its own loader takes JSON for YAML and stumbles over an emoji.
    return OpenAPI.from_dict(json.loads(SPEC.read_text(encoding="utf-8")))


def violation(method: str, path: str, query: str, headers: dict[str, Any], body: bytes) -> str:
    """Say what is wrong with a request; "" for nothing, or without a description."""
    spec = github_spec()
    if spec is None:
        return ""
    arguments: dict[str, Any] = {name: values[-1] for name, values in parse_qs(query).items()}
    request = MockRequest(
        "https://api.github.com",
        method,
        path,
        args=arguments,
        headers=headers,
        data=body,
        content_type="application/json",
    )
    try:
        spec.validate_request(request)
    except OpenAPIError as error:
        return f"{method} {path}?{query}: {error!r}; {error.__cause__!r}"
    return ""
