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
        too_large_hint: str = "",
    ) -> None:
        """`too_large_hint` follows the limit in the answer: what the sender can do about it."""
        self._max_body_bytes = max_body_bytes
        # One body of the largest size must always fit.
        self._max_reading_bytes = max(max_reading_bytes, max_body_bytes)
        self._patience_seconds = patience_seconds
        self._too_large_hint = too_large_hint
        self._reading_bytes = 0
        # Who reads, and since which tick. One timer for all: one for each body costs as much as parsing it.
        self._since: dict[asyncio.Task[Any], int] = {}
        self._ticks = 0
        self._timer: asyncio.TimerHandle | None = None
        self._cut_off: set[asyncio.Task[Any]] = set()

    async def read(self, headers: Sequence[tuple[bytes, bytes]], receive: Receive) -> bytes:
        """Read the body, in one to two times the patience at most.

        Raises HttpError for one that is too large, breaks off, or takes too long.
        """
        for name, value in headers:
            if name == b"content-length" and value.isdigit() and int(value) > self._max_body_bytes:
                raise self._too_large()
        body = bytearray()
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a body is read within a task, or nothing could end a slow one")
        self._watch(task)
        try:
            while await self._take(receive, body):
                pass
        except asyncio.CancelledError:
            if task not in self._cut_off:
                raise
            self._cut_off.discard(task)
            task.uncancel()
            raise HttpError(
                status=408,
                code="too_slow",
                message=f"the body was not complete after {self._patience_seconds:g} s",
            ) from None
        finally:
            del self._since[task]
            self._reading_bytes -= len(body)
        return bytes(body)

    def _watch(self, task: "asyncio.Task[Any]") -> None:
        self._since[task] = self._ticks
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._patience_seconds, self._tick)

    def _tick(self) -> None:
        """Cut off who has been reading since before the last tick; without readers the timer rests."""
        for task, since in self._since.items():
            if since < self._ticks:
                self._cut_off.add(task)
                task.cancel()
        self._ticks += 1
        self._timer = None
        if self._since:
            self._timer = asyncio.get_running_loop().call_later(self._patience_seconds, self._tick)

    async def _take(self, receive: Receive, body: bytearray) -> bool:
        """Take the next piece; tell whether there is another."""
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HttpError(status=400, code="incomplete", message="the request ended before its body did")
        chunk = message.get("body", b"")
        # Never a list of pieces: a sender may make millions of them, each larger than what is in it.
        body += chunk
        self._reading_bytes += len(chunk)
        if len(body) > self._max_body_bytes:
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
            message=f"more than {self._max_body_bytes} bytes{self._too_large_hint}",
        )


def require_json(headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Raises HttpError (415) for a body that does not call itself JSON."""
    # Also what keeps a web page from posting here: a browser asks first before it sends JSON elsewhere.
    kinds = [value for name, value in headers if name == b"content-type"]
    kind = kinds[0].split(b";", 1)[0].strip().lower() if kinds else b""
    if kind != b"application/json" and not (kind.startswith(b"application/") and kind.endswith(b"+json")):
        raise HttpError(
            status=415, code="wrong_content_type", message="send JSON with Content-Type: application/json"
        )
