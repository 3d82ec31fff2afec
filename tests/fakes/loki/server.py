"""The HTTP side of the fake Loki, and the faults that a test can have it show."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.loki.logql import RefusedQueryError
from tests.fakes.loki.store import LokiStore

_TEXT = "text/plain; charset=utf-8"
_JSON = "application/json; charset=UTF-8"
_API = "/loki/api/v1/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One query as it came."""

    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


# Answers in place of Loki.
Fault = Callable[["Handler"], None]


@dataclass(slots=True)
class FakeLoki:
    """Holds the lines, what was asked, and what is to go wrong next."""

    store: LokiStore = field(default_factory=LokiStore)
    # With auth_enabled, as Loki calls it, a request needs X-Scope-OrgID.
    needs_tenant: bool = False
    # The next query meets the first of them.
    faults: deque[Fault] = field(default_factory=deque)
    # Every query meets it.
    standing_fault: Fault | None = None
    seen: list[Seen] = field(default_factory=list)
    url: str = ""
    # Set when the server ends, so that no answer hangs for longer.
    ending: threading.Event = field(default_factory=threading.Event)
    most_at_once: int = 0
    _at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def push(self, *streams: Mapping[str, Any], tenant: str = "fake") -> None:
        self.store.push(tenant, {"streams": streams})

    @contextmanager
    def counted(self) -> Iterator[None]:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1


class Handler(BaseHTTPRequestHandler):
    loki: FakeLoki
    protocol_version = "HTTP/1.1"
    # Head and body in one write: in two, the second waits for the client's delayed acknowledgement.
    wbufsize = 65_536

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        call = parts.path.removeprefix(_API)
        if call == "labels":
            self._labels()
            return
        if call not in ("query_range", "query"):
            self.answer(404, "404 page not found\n")
            return
        loki = self.loki
        loki.seen.append(Seen(path=parts.path, params=params, headers=dict(self.headers.items())))
        with loki.counted():
            fault = loki.faults.popleft() if loki.faults else loki.standing_fault
            if fault is not None:
                fault(self)
            else:
                self.answer_well()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        tenant = self._tenant()
        if tenant is None:
            return
        try:
            self.loki.store.push(tenant, json.loads(body))
        except (RefusedQueryError, ValueError) as error:
            self.answer(400, f"{error}\n")
        else:
            self.answer(204, "")

    def answer_well(self) -> None:
        """Answer as Loki does; a fault may let a query pass."""
        parts = urlsplit(self.path)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        self._query(parts.path.removeprefix(_API), params)

    def _labels(self) -> None:
        tenant = self._tenant()
        if tenant is not None:
            names = self.loki.store.label_names(tenant)
            self.answer(200, json.dumps({"status": "success", "data": names}), kind=_JSON)

    def _query(self, call: str, params: Mapping[str, str]) -> None:
        tenant = self._tenant()
        if tenant is None:
            return
        categorize = self.headers.get("X-Loki-Response-Encoding-Flags") == "categorize-labels"
        try:
            if call == "query":
                found = self.loki.store.query(tenant, params)
            else:
                found = self.loki.store.query_range(tenant, params, categorize=categorize)
        except RefusedQueryError as error:
            self.answer(400, str(error))
        else:
            self.answer(200, json.dumps(found), kind=_JSON)

    def _tenant(self) -> str | None:
        tenant = self.headers.get("X-Scope-OrgID", "")
        if self.loki.needs_tenant and not tenant:
            self.answer(401, "no org id\n")
            return None
        return tenant if self.loki.needs_tenant else "fake"

    def answer(
        self,
        status: int,
        body: str,
        *,
        kind: str = _TEXT,
        headers: Mapping[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        """`length` is what the header claims, for an answer that breaks off."""
        encoded = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(encoded) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(encoded)
        if length is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the test's output is not the server's log."""


def answers(status: int, body: str, *, kind: str = _TEXT, **headers: str) -> Fault:
    """Answer so; `retry_after="7"` is the header Retry-After."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return lambda handler: handler.answer(status, body, kind=kind, headers=named)


def breaks_off(body: str = '{"status":"success","da') -> Fault:
    return lambda handler: handler.answer(200, body, kind=_JSON, length=len(body) + 1000)


def hangs(handler: Handler) -> None:
    """Say nothing until the server ends."""
    handler.loki.ending.wait()
    handler.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away in the middle is what some tests want."""


@contextmanager
def running(loki: FakeLoki | None = None, *, port: int = 0) -> Iterator[FakeLoki]:
    """Serve on loopback until the end of the block; port 0 is any free one."""
    loki = loki or FakeLoki()
    handler = type("BoundHandler", (Handler,), {"loki": loki})
    with _Server(("127.0.0.1", port), handler) as server:
        loki.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield loki
        finally:
            loki.ending.set()
            server.shutdown()
            thread.join()
