"""Small HTTP requests to the demo's own processes on this machine."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from issue_intelligence.cli.demo.faults import DemoError


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    text: str

    def document(self) -> dict[str, Any]:
        """Read the body as a JSON object. Raises DemoError."""
        try:
            found = json.loads(self.text)
        except ValueError as error:
            raise DemoError(f"an answer {self.status} is not JSON: {self.text[:200]}") from error
        return found if isinstance(found, dict) else {}


def ask(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_seconds: float = 10,
) -> Answer:
    """Send one request. Raises DemoError when nobody answers."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_seconds)
    try:
        connection.request(method, parts.path or "/", body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(status=response.status, text=response.read().decode(errors="replace"))
    except (OSError, http.client.HTTPException) as error:
        raise DemoError(f"{method} {url}: no answer ({str(error) or type(error).__name__})") from error
    finally:
        connection.close()
