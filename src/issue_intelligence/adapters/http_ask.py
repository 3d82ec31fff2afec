"""One question over HTTP with a bounded answer, for checks that say in a sentence why none came."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from issue_intelligence.adapters.http_failure import explain_failure

MAX_BODY_BYTES = 1 << 20
TIMEOUT_SECONDS = 10.0
_SHOWN_CHARACTERS = 200


class NotAskedError(Exception):
    """No complete answer came; the message says why, as half a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    text: str

    def document(self) -> Mapping[str, Any]:
        """Read the answer as a JSON object; empty when it is none."""
        try:
            read = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}

    @property
    def said(self) -> str:
        """The start of the answer on one line, for people."""
        return " ".join(self.text.split())[:_SHOWN_CHARACTERS] or "nothing"


async def ask(
    client: httpx2.AsyncClient,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Answered:
    """Send one request and follow no redirect. Raises NotAskedError."""
    try:
        async with (
            asyncio.timeout(timeout_seconds),
            client.stream(
                method,
                url,
                headers={"Accept-Encoding": "identity", **(headers or {})},
                params=params,
                auth=httpx2.BasicAuth(*auth) if auth else None,
                timeout=0.9 * timeout_seconds,
            ) as response,
        ):
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    break
            return Answered(
                status=response.status_code,
                headers=response.headers,
                text=body[:MAX_BODY_BYTES].decode("utf-8", "replace"),
            )
    except (TimeoutError, httpx2.TimeoutException) as error:
        raise NotAskedError(f"no complete answer within {timeout_seconds:g} s") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
        raise NotAskedError(explain_failure(error)) from error
