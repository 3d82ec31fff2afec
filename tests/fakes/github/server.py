"""The fake's HTTP side."""

import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.github.faults import Fault, RandomFaults
from tests.fakes.github.repository import FakeGitHubIssue, FakeRepository, RefusedError
from tests.fakes.github.routes import Routes
from tests.fakes.github.spec import violation

TOKEN = "ghp_" + "t" * 36
REPOSITORY = "acme/shop"


def _real_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (GitHub has a clock of its own)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A client may keep its connection open for longer than the fake lives.
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that left, as those that are killed do."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class FakeGitHub:
    """`with FakeGitHub() as github:` or start() and stop(); state is in `repository`, wishes in the rest."""

    def __init__(self, repository: str = REPOSITORY, *, now: Callable[[], datetime] = _real_time) -> None:
        self.token = TOKEN
        self.faults: list[Fault] = []
        self.random_faults: RandomFaults | None = None
        # "owner/name" that the repository is called now; the old name is answered with 301.
        self.renamed_to = ""
        # How long /search/issues does not know a new issue.
        self.search_lag = timedelta(minutes=2)
        # Method and path of each request, and when a write came in, by time.monotonic.
        self.requests: list[tuple[str, str]] = []
        self.write_times: list[float] = []
        # What GitHub's description forbids; a test looks at it at its end.
        self.violations: list[str] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.repository = FakeRepository(repository, now=now, url=self.url)
        self._routes = Routes(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def issues(self) -> list[FakeGitHubIssue]:
        with self._lock:
            return list(self.repository.issues.values())

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def counted(self, method: str, path_end: str = "") -> int:
        """Count the requests of this kind so far."""
        return sum(1 for each, path in self.requests if each == method and path.endswith(path_end))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        github = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # One packet an answer, or every request would wait for a delayed acknowledgement.
            wbufsize = 64 * 1024

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                github.serve(self, body)

            do_GET = do_POST = do_PATCH = answer  # noqa: N815  (the base class looks for these names)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing: the test's output is not the server's log."""

        return Handler

    def serve(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        parts = urlsplit(request.path)
        method, path = request.command, parts.path
        with self._lock:
            self.requests.append((method, path))
            if method != "GET":
                self.write_times.append(time.monotonic())
            fault = self._next_fault(method, path)
            answer: tuple[int, Any, dict[str, str]] | None = None
            if fault is None or fault.after_effect:
                answer = self._answer(request, path, parts.query, body)
        if fault is not None:
            self._misbehave(request, fault)
        elif answer is not None:
            _send(request, *answer)

    def _next_fault(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.meets(method, path):
                self.faults.remove(fault)
                return fault
        return self.random_faults.next() if self.random_faults else None

    def _answer(
        self, request: BaseHTTPRequestHandler, path: str, query: str, body: bytes
    ) -> tuple[int, Any, dict[str, str]]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        # GitHub takes either word.
        if headers.get("authorization") not in (f"token {self.token}", f"Bearer {self.token}"):
            return 401, {"message": "Bad credentials"}, {}
        if "user-agent" not in headers:
            return 403, {"message": "Request forbidden by administrative rules"}, {}
        wrong = violation(request.command, path, query, headers, body)
        if wrong:
            self.violations.append(wrong)
            return 422, {"message": f"Invalid request. {wrong}"}, {}
        document = json.loads(body) if body else {}
        try:
            return self._routes.answer(request.command, path, dict(parse_qsl(query)), document)
        except RefusedError as refused:
            return refused.status, refused.document, {}

    def _misbehave(self, request: BaseHTTPRequestHandler, fault: Fault) -> None:
        if fault.hangs:
            self._stopping.wait()
        if fault.hangs or fault.status == 0:
            request.close_connection = True
            return
        if fault.html:
            _send(request, fault.status, fault.html, dict(fault.headers))
        else:
            _send(request, fault.status, {"message": fault.message}, dict(fault.headers))


def _send(request: BaseHTTPRequestHandler, status: int, document: Any, headers: dict[str, str]) -> None:
    """Send JSON, or HTML where the document is text; None is an answer without a body."""
    content = (
        b""
        if document is None
        else (document if isinstance(document, str) else json.dumps(document)).encode()
    )
    kind = "text/html" if isinstance(document, str) else "application/json; charset=utf-8"
    request.send_response(status)
    if document is not None:
        request.send_header("Content-Type", kind)
    for name, value in headers.items():
        request.send_header(name, value)
    if status != 204:
        request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)
