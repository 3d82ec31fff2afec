"""HTTP/1.1 on one connection, with bounds that the server's own protocol does not have.

Anybody who can connect may send, so the head of a request has a size and a time. Without them one
connection fills the memory with headers, and silent ones take all places of honest senders.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

# Heads, and trailers behind a body; ours are below 1 KiB.
MAX_HEAD_BYTES = 64 * 1024
# For a head to be complete, and for the rest of a body that was answered already.
HEAD_SECONDS = 30.0


class BoundedHttp(HttpToolsProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What came since the last head or piece of a body was complete; 0 between two messages.
        self._unfinished_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unfinished_bytes += len(data)
        super().data_received(data)
        if self._unfinished_bytes and not self.transport.is_closing():
            self._bound_what_is_unfinished()

    def on_headers_complete(self) -> None:
        self._unfinished_bytes = 1
        self._stop_deadline()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        # Whoever reads the body bounds it.
        self._unfinished_bytes = 1
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unfinished_bytes = 0
        self._stop_deadline()
        super().on_message_complete()

    def _bound_what_is_unfinished(self) -> None:
        if self._unfinished_bytes > MAX_HEAD_BYTES:
            self.send_400_response("The head of the request is too large.")
        elif self._deadline is None and not self._is_answering():
            # Nobody waits for a body, so nobody else would end this.
            self._start_deadline()

    def _is_answering(self) -> bool:
        # None before the first request, other than its type says.
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _start_deadline(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
