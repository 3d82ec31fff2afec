"""POST /alerts/grafana and /alerts/alertmanager: verify, commit, answer.

Plain functions of a whole request, with no routing, request objects or tasks: those would cost more
than the work itself. `web/intake_asgi.py` and `web/http_protocol.py` bring the requests.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from time import perf_counter
from typing import Any

import msgspec
import structlog

from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.kit.token_bucket import RateLimiter
from issue_intelligence.ports.alert_format import AlertFormat, NotJsonError, WrongShapeError
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError, TransientError
from issue_intelligence.ports.inbound_log import InboundLog, NewInboundEvent
from issue_intelligence.web.errors import HttpError, internal_error
from issue_intelligence.web.metrics import IntakeMetrics, SourceMetrics
from issue_intelligence.web.security import (
    AuthResult,
    Headers,
    IntakeCredentials,
    Network,
    authenticate,
    client_address,
    is_local_name,
)

log = structlog.get_logger()

MAX_ANSWERED = 100

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeParts:
    inbound: InboundLog
    # By path: "/alerts/grafana".
    formats: Mapping[str, AlertFormat]
    credentials: IntakeCredentials
    limiter: RateLimiter
    trusted_proxies: Sequence[Network]
    max_body_bytes: int
    clock: Clock
    metrics: IntakeMetrics
    # Called after each commit.
    committed: Callable[[], None]


# Made for every request, and a frozen one costs three times as much.
@dataclass(slots=True)
class IntakeRequest:
    method: str
    path: str
    # Names in lower case.
    headers: Headers
    # The peer's address and port; None when the server knows none.
    client: Sequence[Any] | None
    body: bytes


@dataclass(slots=True)
class Answer:
    status: int
    body: bytes
    # Beside content-type, which is JSON, and content-length.
    headers: Mapping[str, str] | None = None


Answered = Callable[[Answer], None]


@dataclass(slots=True)
class _Exchange:
    """One request between its reading and its answer."""

    path: str
    answered: Answered
    # Of `perf_counter`.
    started: float
    # One an alert, in the sender's order.
    alert_ids: Sequence[str]
    # What could not be read and why, redacted: the sender's own words come back in these.
    rejected: Sequence[Any] = ()
    receiver: str = ""
    truncated_alerts: int = 0
    # What is answered after the commit; None for a success.
    refusal: HttpError | None = None


class Intake:
    def __init__(self, parts: IntakeParts) -> None:
        self._parts = parts
        self._metrics: dict[str, SourceMetrics] = {
            path: parts.metrics.of_source(format_.source.value) for path, format_ in parts.formats.items()
        }

    @property
    def max_body_bytes(self) -> int:
        return self._parts.max_body_bytes

    def serves(self, path: str) -> bool:
        return path in self._metrics

    def receive(self, request: IntakeRequest, answered: Answered) -> None:
        """Verify and commit a request to a path that is served; `answered` is called once, later or at once.

        Never raises, and neither may `answered`.
        """
        self._guarded(request.path, answered, partial(self._begin, request, answered))

    def check_head(self, method: str, headers: Headers) -> None:
        """Refuse what no body could mend. Raises HttpError."""
        if method not in ("POST", "PUT"):
            raise HttpError(
                status=405, code="method_not_allowed", message="send alerts with POST", allow="POST, PUT"
            )
        _require_json(headers)
        if not self._parts.credentials.configured:
            _require_local_name(headers)

    def refuse(self, path: str, error: HttpError) -> Answer:
        """Count a refusal and put it into words."""
        self._metrics[path].refused(error.code)
        return Answer(error.status, error.body(), error.headers)

    def _guarded(self, path: str, answered: Answered, work: Callable[[], None]) -> None:
        try:
            work()
        except HttpError as error:
            answered(self.refuse(path, error))
        except Exception:
            # The HTTP handler: what broke is in our log, and the sender gets an answer of the usual form.
            log.exception("intake_broke")
            answered(self.refuse(path, internal_error()))

    def _begin(self, request: IntakeRequest, answered: Answered) -> None:
        parts = self._parts
        self.check_head(request.method, request.headers)
        started = perf_counter()
        now = parts.clock.now()
        auth = authenticate(parts.credentials, request.headers, request.body, now)
        self._limit(request, auth)
        if not auth.ok:
            raise HttpError(
                status=401, code="not_authentic", message=auth.reason, challenge='Bearer realm="alerts"'
            )
        format_ = parts.formats[request.path]
        exchange = _read(format_, request, answered, started)
        if not exchange.alert_ids and not exchange.rejected:
            # An empty group says nothing that would be worth keeping.
            self._finish(exchange)
            return
        event = NewInboundEvent(
            source=format_.source,
            received_at=now,
            body=request.body,
            alert_ids=tuple(dict.fromkeys(exchange.alert_ids)),
            rejected=json.dumps(exchange.rejected) if exchange.rejected else "",
        )
        try:
            parts.inbound.submit(event, partial(self._settle, exchange))
        except OutsideError as error:
            raise _not_committed(error) from error

    def _settle(self, exchange: _Exchange, error: OutsideError | None) -> None:
        """The commit stands, or failed; called in the event loop."""
        if error is not None:
            exchange.refusal = _not_committed(error)
        else:
            self._parts.committed()
        self._guarded(exchange.path, exchange.answered, partial(self._finish, exchange))

    def _finish(self, exchange: _Exchange) -> None:
        if exchange.refusal is not None:
            raise exchange.refusal
        metrics = self._metrics[exchange.path]
        metrics.accepted(len(exchange.alert_ids), perf_counter() - exchange.started)
        if exchange.rejected:
            metrics.rejected(len(exchange.rejected))
            log.warning("alerts_rejected", source=metrics.source, count=len(exchange.rejected))
        if exchange.truncated_alerts > 0:
            metrics.truncated(exchange.truncated_alerts)
            log.warning(
                "alerts_truncated_by_sender",
                source=metrics.source,
                receiver=exchange.receiver,
                count=exchange.truncated_alerts,
            )
        exchange.answered(Answer(200, _answer(exchange)))

    def _limit(self, request: IntakeRequest, auth: AuthResult) -> None:
        """Count the request against its credential, or against its address when it proved nothing."""
        key = auth.credential or client_address(
            {"client": request.client, "headers": request.headers}, self._parts.trusted_proxies
        )
        retry_after = self._parts.limiter.retry_after_seconds(key, perf_counter())
        if retry_after > 0:
            raise HttpError(
                status=429,
                code="too_many_requests",
                message="too many alert requests from this source; INTAKE_RATE_LIMIT sets the limit",
                retry_after_seconds=max(1, round(retry_after)),
            )


def _read(format_: AlertFormat, request: IntakeRequest, answered: Answered, started: float) -> _Exchange:
    """Read the body, closely only where a glance does not do. Raises HttpError for what is no JSON."""
    summary = format_.summarize(request.body)
    if summary is not None:
        return _Exchange(
            request.path,
            answered,
            started,
            summary.alert_ids,
            receiver=summary.receiver,
            truncated_alerts=summary.truncated_alerts,
        )
    exchange = _Exchange(request.path, answered, started, ())
    try:
        notification = format_.parse(request.body)
    except NotJsonError as error:
        raise HttpError(status=400, code="not_json", message=str(error)) from error
    except WrongShapeError as error:
        exchange.rejected = redact_tree([{"field": error.field_path, "message": error.message}])
        exchange.refusal = _unreadable(redact(str(error)), exchange.rejected)
        return exchange
    exchange.alert_ids = [alert.id for alert in notification.alerts]
    exchange.rejected = redact_tree([asdict(alert) for alert in notification.rejected])
    exchange.receiver = notification.envelope.receiver
    exchange.truncated_alerts = notification.envelope.truncated_alerts
    if exchange.rejected and not exchange.alert_ids:
        exchange.refusal = _unreadable("none of the alerts can be read", exchange.rejected)
    return exchange


def _unreadable(message: str, rejected: Sequence[Any]) -> HttpError:
    return HttpError(status=422, code="invalid_payload", message=message, details=rejected[:MAX_ANSWERED])


def _not_committed(error: OutsideError) -> HttpError:
    retry_after = error.retry_after_seconds if isinstance(error, TransientError) else None
    log.error("intake_not_committed", error=str(error))
    return HttpError(
        status=503,
        code="not_committed",
        message="the alerts could not be committed; send them again",
        retry_after_seconds=max(1, round(retry_after or 5)),
    )


def _require_json(headers: Headers) -> None:
    # Also what keeps a web page from posting here: a browser asks first before it sends JSON elsewhere.
    kinds = [value for name, value in headers if name == b"content-type"]
    kind = kinds[0].split(b";", 1)[0].strip().lower() if kinds else b""
    if kind != b"application/json" and not (kind.startswith(b"application/") and kind.endswith(b"+json")):
        raise HttpError(
            status=415, code="wrong_content_type", message="send JSON with Content-Type: application/json"
        )


def _require_local_name(headers: Headers) -> None:
    """Without secrets only programs of this machine may send, and not pages that a browser here shows."""
    for name, value in headers:
        if name == b"host" and not is_local_name(value.decode("latin-1")):
            raise HttpError(
                status=403,
                code="unknown_host",
                message="without secrets this service answers to localhost only; set INTAKE_TOKEN",
            )


def _answer(exchange: _Exchange) -> bytes:
    ids = exchange.alert_ids
    answer: dict[str, Any] = {"success": True, "alertId": ids[0] if ids else None, "alertIds": ids}
    if exchange.rejected:
        # Grafana logs the first kilobyte of an answer; all of them are kept beside the raw body.
        answer["rejected"] = exchange.rejected[:MAX_ANSWERED]
    return _encoder.encode(answer)
