"""The shop's HTTP side."""

import json
import logging
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from issue_intelligence.cli.demo.shop.accounts import Accounts, TokenRefusedError
from issue_intelligence.cli.demo.shop.delivery import Carrier, Delivery
from issue_intelligence.cli.demo.shop.log import close_log, open_log
from issue_intelligence.cli.demo.shop.pricing import PRICES_IN_CENTS, price_of
from issue_intelligence.cli.demo.shop.reviews import Reviews
from issue_intelligence.cli.demo.shop.stock import Stock
from issue_intelligence.cli.demo.shop.switches import Switches

SERVICES = ("checkout", "stock", "reviews", "delivery", "accounts")
# Another company's API, so the shop has no log of it.
CARRIER = "carrier"
_MAX_BODY_BYTES = 64 * 1024


class RefusedError(Exception):
    """The caller's own mistake."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class Request:
    method: str
    path: str
    body: dict[str, Any]
    token: str
    # What the log says of it.
    fields: dict[str, object] = field(default_factory=dict)


class Shop:
    """Routes requests to the services and logs how each went."""

    def __init__(self, folder: Path, carrier_url: str) -> None:
        self.switches = Switches()
        self._logs = {name: open_log(name, folder / "logs") for name in SERVICES}
        self._stock = Stock(folder / "stock.db", self.switches)
        self._reviews = Reviews(folder)
        self._delivery = Delivery(carrier_url)
        self._carrier = Carrier(self.switches)
        self._accounts = Accounts(self.switches)

    def log_of(self, service: str) -> logging.Logger:
        return self._logs[service]

    def close(self) -> None:
        for log in self._logs.values():
            close_log(log)
        self._stock.close()
        self._reviews.close()

    def answer(self, request: Request) -> tuple[int, dict[str, Any]]:
        """Answer one request, whatever happens inside."""
        service, _, rest = request.path.strip("/").partition("/")
        if service == "admin":
            return self._switch(request.body)
        if service == CARRIER:
            return self._answer_as_carrier(rest)
        if service not in SERVICES:
            return 404, {"error": "not found"}
        if rest == "health":
            return self._health(service)
        started = time.perf_counter()
        status, answer = self._guarded(service, rest, request)
        took_ms = round((time.perf_counter() - started) * 1000, 1)
        self.log_of(service).info(
            "request completed", extra={"fields": request.fields | {"status": status, "duration_ms": took_ms}}
        )
        return status, answer

    def _guarded(self, service: str, rest: str, request: Request) -> tuple[int, dict[str, Any]]:
        request.fields |= {
            "requestId": uuid.uuid4().hex[:12],
            "method": request.method,
            "path": request.path,
        }
        request.fields |= {key: request.body[key] for key in ("userId", "email") if key in request.body}
        try:
            return 200, self._route(service, rest, request)
        except RefusedError as error:
            self.log_of(service).warning("%s", error, extra={"fields": request.fields})
            return error.status, {"error": str(error)}
        except TimeoutError:
            self.log_of(service).exception("request failed", extra={"fields": request.fields})
            return 504, {"error": "the carrier does not answer in time"}
        except Exception:  # noqa: BLE001  (a shop answers 500, whatever went wrong)
            self.log_of(service).exception("request failed", extra={"fields": request.fields})
            return 500, {"error": "internal error"}

    def _route(self, service: str, rest: str, request: Request) -> dict[str, Any]:
        match service, request.method, rest.split("/"):
            case "checkout", "POST", ["orders"]:
                answer = self._order(request.body)
            case "stock", "GET", ["items", item]:
                answer = {"item": item, "left": self._stock.left_of(item)}
            case "stock", "GET", ["report"]:
                answer = {"items": self._stock.report()}
            case "reviews", "GET", ["of", item]:
                answer = {"item": item, "stars": self._reviews.stars_of(item)}
            case "delivery", "GET", ["days", postcode]:
                answer = {"days": self._delivery.days_to(postcode)}
            case "accounts", "POST", ["sign-in"]:
                user_id = str(request.body["userId"])
                answer = {"token": self._accounts.sign_in(user_id, now=time.time())}  # noqa: TID251
            case "accounts", "GET", ["me"]:
                answer = self._me(request)
            case _:
                raise RefusedError(404, "not found")
        return answer

    def _order(self, body: dict[str, Any]) -> dict[str, Any]:
        items = body.get("items") or []
        if not items or any(item not in PRICES_IN_CENTS for item in items):
            raise RefusedError(422, "items must be things that we sell")
        cents = price_of(items, body.get("coupon"), self.switches)
        return {"order": uuid.uuid4().hex[:8], "cents": cents}

    def _me(self, request: Request) -> dict[str, Any]:
        try:
            return {"userId": self._accounts.user_of(request.token, now=time.time())}  # noqa: TID251
        except TokenRefusedError as error:
            raise RefusedError(401, f"authentication failed: {error}") from error

    def _health(self, service: str) -> tuple[int, dict[str, Any]]:
        if service == "delivery":
            # It keeps nothing, and has no database.
            return 200, {"status": "ok"}
        faults = {"stock": self._stock.database_fault, "reviews": self._reviews.database_fault}
        fault = faults[service]() if service in faults else None
        if fault is None:
            return 200, {"status": "ok", "checks": {"database": "up"}}
        return 503, {"status": "error", "checks": {"database": {"status": "down", "message": fault}}}

    def _answer_as_carrier(self, rest: str) -> tuple[int, dict[str, Any]]:
        if rest == "health":
            return 200, dict(self._carrier.health())
        return 200, {"days": self._carrier.days_to(rest.removeprefix("days/"))}

    def _switch(self, changes: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if "review_import" in changes:
            self._reviews.configure_import(on=bool(changes.pop("review_import")))
        for name, value in changes.items():
            if name not in Switches.__slots__:
                return 422, {"error": f"there is no switch {name}"}
            setattr(self.switches, name, value)
        return 200, {name: getattr(self.switches, name) for name in Switches.__slots__}


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, shop: Shop) -> None:
        # Loopback only: whoever reaches it may break it.
        super().__init__(("127.0.0.1", port), Handler)
        self.shop = shop


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MAX_BODY_BYTES:
            self._send(413, {"error": "too large"})
            return
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
        except ValueError:
            body = None
        if isinstance(body, dict):
            self._serve(body)
        else:
            self._send(400, {"error": "not a JSON object"})

    def _serve(self, body: dict[str, Any]) -> None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        request = Request(method=self.command, path=self.path.partition("?")[0], body=body, token=token)
        self._send(*self.server.shop.answer(request))

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        # Whoever gave up waiting has gone.
        with suppress(ConnectionError):
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: the shop logs its requests itself."""
