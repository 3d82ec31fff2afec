"""Reads request bodies within bounds: of one body, of all that are being read, and of time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from issue_intelligence.web.errors import HttpError

Receive = Callable[[], Awaitable[Mapping[str, Any]]]

# Grafana and Alertmanager themselves give up after 30 s or less.
PATIENCE_SECONDS = 30.0
# Bodies come in before anybody has proved who they are, so what they may hold of our memory is bounded.
MAX_READING_BYTES = 128 * 1024 * 1024


class BodyReader:
    def __init__(
        self,
        *,
        max_body_bytes: int,
        max_reading_bytes: int = MAX_READING_BYTES,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._max_body_bytes = max_body_bytes
        # One body of the largest size must always fit.
        self._max_reading_bytes = max(max_reading_bytes, max_body_bytes)
        self._patience_seconds = patience_seconds
        self._reading_bytes = 0

    async def read(self, headers: Sequence[tuple[bytes, bytes]], receive: Receive) -> bytes:
        """Read the body. Raises HttpError for one that is too large, breaks off, or takes too long."""
        for name, value in headers:
            if name == b"content-length" and value.isdigit() and int(value) > self._max_body_bytes:
                raise self._too_large()
        chunks: list[bytes] = []
        try:
            async with asyncio.timeout(self._patience_seconds):
                while await self._take(receive, chunks):
                    pass
        except TimeoutError as error:
            raise HttpError(
                status=408,
                code="too_slow",
                message=f"the body was not complete after {self._patience_seconds:g} s",
            ) from error
        finally:
            self._reading_bytes -= sum(map(len, chunks))
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def _take(self, receive: Receive, chunks: list[bytes]) -> bool:
        """Take the next piece; tell whether there is another."""
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HttpError(status=400, code="incomplete", message="the request ended before its body did")
        chunk = message.get("body", b"")
        chunks.append(chunk)
        self._reading_bytes += len(chunk)
        if sum(map(len, chunks)) > self._max_body_bytes:
            raise self._too_large()
        more: bool = message.get("more_body", False)
        if more and self._reading_bytes > self._max_reading_bytes:
            raise HttpError(
                status=503,
                code="too_much_at_once",
                message="too many bodies are being read; send it again",
                retry_after_seconds=1,
            )
        return more

    def _too_large(self) -> HttpError:
        return HttpError(
            status=413,
            code="too_large",
            message=f"more than {self._max_body_bytes} bytes; set maxAlerts in the contact point",
        )
