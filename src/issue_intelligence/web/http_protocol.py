"""HTTP/1.1 on one connection, with bounds that the server's own protocol does not have, and a short cut.

Anybody who can connect may send, so the head of a request has a size and a time. Without them one
connection fills the memory with headers, and silent ones take all places of honest senders.

A notification that comes whole, head and body in one piece, goes to the intake at once: no task, no
messages back and forth, one write for the answer. Whatever comes otherwise takes the usual way.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from issue_intelligence.web.intake import Answer, Intake, IntakeRequest

# Heads, and trailers behind a body; ours are below 1 KiB.
MAX_HEAD_BYTES = 64 * 1024
# For a head to be complete, and for the rest of a body that was answered already.
HEAD_SECONDS = 30.0
# Whose answers have a body; the intake refuses all others.
_METHODS = (b"POST", b"PUT")


class BoundedHttp(HttpToolsProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What came since the last head or piece of a body was complete; 0 between two messages.
        self._unfinished_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None
        # None where something else than our service is served.
        self._intake: Intake | None = getattr(self.app, "intake", None)
        # The body so far of a request that may come whole; None while none does.
        self._whole: list[bytes] | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unfinished_bytes += len(data)
        super().data_received(data)
        if self._whole is not None:
            self._take_the_usual_way()
        if self._unfinished_bytes and not self.transport.is_closing():
            self._bound_what_is_unfinished()

    def on_headers_complete(self) -> None:
        self._unfinished_bytes = 1
        self._stop_deadline()
        if self._may_come_whole():
            self._whole = []
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        # Whoever reads the body bounds it.
        self._unfinished_bytes = 1
        if self._whole is not None:
            self._whole.append(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._unfinished_bytes = 0
        self._stop_deadline()
        if self._whole is not None:
            body, self._whole = b"".join(self._whole), None
            self._bring_to_intake(body)
        else:
            super().on_message_complete()

    def _may_come_whole(self) -> bool:
        return (
            self._intake is not None
            and not self._is_answering()
            # A query or an escape in it makes it another one.
            and self._intake.serves(self.url.decode("latin-1"))
            and self.parser.get_method() in _METHODS
            and self.parser.get_http_version() == "1.1"
            and self.parser.should_keep_alive()
            and not self.parser.should_upgrade()
            # The usual way waits for who does not read answers, and refuses what is too much.
            and not self.flow.write_paused
            and (self.limit_concurrency is None or len(self.connections) < self.limit_concurrency)
        )

    def _take_the_usual_way(self) -> None:
        """The rest of the body is still to come, so a task has to wait for it."""
        pieces, self._whole = self._whole or (), None
        if not self.transport.is_closing():
            super().on_headers_complete()
            for piece in pieces:
                super().on_body(piece)

    def _bring_to_intake(self, body: bytes) -> None:
        if self._intake is None:
            raise RuntimeError("only a service with an intake has requests that come whole")
        exchange = WholeRequest(self)
        # What the server asks about the answer under way, it asks the cycle.
        self.cycle = exchange  # type: ignore[assignment]
        request = IntakeRequest(
            self.parser.get_method().decode("ascii"),
            self.url.decode("latin-1"),
            self.headers,
            self.client,
            body,
        )
        self._intake.receive(request, exchange.answer)

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


class WholeRequest:
    """A request that came whole; stands where the server keeps its own cycle of request and response."""

    __slots__ = ("_protocol", "disconnected", "keep_alive", "message_event", "response_complete")

    def __init__(self, protocol: BoundedHttp) -> None:
        self._protocol = protocol
        self.response_complete = False
        # The next three are set by the server: the last when it stops.
        self.message_event = _NobodyWaits()
        self.disconnected = False
        self.keep_alive = True

    def answer(self, answer: Answer) -> None:
        if self.disconnected or self.response_complete:
            return
        self.response_complete = True
        protocol = self._protocol
        head = [STATUS_LINE[answer.status], b"content-type: application/json\r\n"]
        for name, value in protocol.server_state.default_headers:
            head += (name, b": ", value, b"\r\n")
        for text, content in (answer.headers or {}).items():
            head.append(f"{text.lower()}: {content}\r\n".encode("latin-1"))
        if not self.keep_alive:
            head.append(b"connection: close\r\n")
        head.append(b"content-length: %d\r\n\r\n" % len(answer.body))
        head.append(answer.body)
        protocol.transport.write(b"".join(head))
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()


class _NobodyWaits:
    def set(self) -> None:
        """Stand in for the event that wakes a task, where there is no task."""
