"""POST /alerts/grafana and /alerts/alertmanager: verify, commit, answer. The fast path.

A plain ASGI application: routing and request objects would cost more than the work itself.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

import msgspec
import structlog

from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.kit.token_bucket import RateLimiter
from issue_intelligence.ports.alert_format import (
    AlertFormat,
    NotJsonError,
    ParsedNotification,
    WrongShapeError,
)
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError, TransientError
from issue_intelligence.ports.inbound_log import InboundLog, NewInboundEvent
from issue_intelligence.web.errors import HttpError, internal_error
from issue_intelligence.web.metrics import IntakeMetrics
from issue_intelligence.web.request_body import BodyReader, Receive, require_json
from issue_intelligence.web.security import (
    AuthResult,
    IntakeCredentials,
    Network,
    authenticate,
    client_address,
    is_local_name,
)

Scope = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]

log = structlog.get_logger()

MAX_ANSWERED = 100

_encoder = msgspec.json.Encoder()
_JSON_HEADER = (b"content-type", b"application/json")


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


class IntakeApp:
    def __init__(self, parts: IntakeParts) -> None:
        self._parts = parts
        self._reader = BodyReader(
            max_body_bytes=parts.max_body_bytes, too_large_hint="; set maxAlerts in the contact point"
        )
        # Resolving a label costs a lock and a look-up, so the common ones are resolved once.
        self._accepted = {
            path: parts.metrics.requests.labels(source=format_.source.value, result="accepted")
            for path, format_ in parts.formats.items()
        }
        self._alerts = {
            path: parts.metrics.alerts.labels(source=format_.source.value)
            for path, format_ in parts.formats.items()
        }

    def serves(self, path: str) -> bool:
        return path in self._parts.formats

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[str, str] = {}
        try:
            status, body = 200, await self._accept(scope, receive)
        except HttpError as error:
            status, body, headers = self._refuse(scope["path"], error)
        except Exception:
            # The HTTP handler: what broke is in our log, and the sender gets an answer of the usual form.
            log.exception("intake_broke")
            status, body, headers = self._refuse(scope["path"], internal_error())
        raw_headers = [
            _JSON_HEADER,
            (b"content-length", str(len(body)).encode()),
            *((name.lower().encode(), value.encode()) for name, value in headers.items()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": raw_headers})
        await send({"type": "http.response.body", "body": body})

    async def _accept(self, scope: Scope, receive: Receive) -> bytes:
        if scope["method"] not in ("POST", "PUT"):
            raise HttpError(
                status=405, code="method_not_allowed", message="send alerts with POST", allow="POST, PUT"
            )
        parts = self._parts
        require_json(scope["headers"])
        if not parts.credentials.configured:
            _require_local_name(scope["headers"])
        body = await self._reader.read(scope["headers"], receive)
        started = perf_counter()
        now = parts.clock.now()
        auth = authenticate(parts.credentials, scope["headers"], body, now)
        self._limit(scope, auth)
        if not auth.ok:
            raise HttpError(
                status=401, code="not_authentic", message=auth.reason, challenge='Bearer realm="alerts"'
            )
        path = scope["path"]
        format_ = parts.formats[path]
        notification = await self._parse(format_, body, now)
        await self._commit(format_.source, body, notification, now)
        parts.metrics.ack_seconds.observe(perf_counter() - started)
        self._count(path, format_.source, notification)
        return _answer(notification)

    async def _parse(self, format_: AlertFormat, body: bytes, now: datetime) -> ParsedNotification:
        try:
            return format_.parse(body)
        except NotJsonError as error:
            raise HttpError(status=400, code="not_json", message=str(error)) from error
        except WrongShapeError as error:
            details = redact_tree([{"field": error.field_path, "message": error.message}])
            await self._append(format_.source, body, (), json.dumps(details), now)
            raise HttpError(
                status=422, code="invalid_payload", message=redact(str(error)), details=details
            ) from error

    async def _commit(
        self, source: AlertSource, body: bytes, notification: ParsedNotification, now: datetime
    ) -> None:
        # The sender's own words come back in these, secrets among them.
        rejected = redact_tree([asdict(alert) for alert in notification.rejected])
        if not notification.alerts and not rejected:
            # An empty group says nothing that would be worth keeping.
            return
        alert_ids = tuple(dict.fromkeys(alert.id for alert in notification.alerts))
        await self._append(source, body, alert_ids, json.dumps(rejected) if rejected else "", now)
        if not notification.alerts:
            raise HttpError(
                status=422,
                code="invalid_payload",
                message="none of the alerts can be read",
                details=rejected[:MAX_ANSWERED],
            )

    async def _append(
        self, source: AlertSource, body: bytes, alert_ids: tuple[str, ...], rejected: str, now: datetime
    ) -> None:
        event = NewInboundEvent(
            source=source,
            received_at=now,
            body=body,
            alert_ids=alert_ids,
            rejected=rejected,
        )
        try:
            await self._parts.inbound.append(event)
        except OutsideError as error:
            retry_after = error.retry_after_seconds if isinstance(error, TransientError) else None
            log.error("intake_not_committed", error=str(error))
            raise HttpError(
                status=503,
                code="not_committed",
                message="the alerts could not be committed; send them again",
                retry_after_seconds=max(1, round(retry_after or 5)),
            ) from error
        self._parts.committed()

    def _limit(self, scope: Scope, auth: AuthResult) -> None:
        """Count the request against its credential, or against its address when it proved nothing."""
        key = auth.credential or client_address(scope, self._parts.trusted_proxies)
        retry_after = self._parts.limiter.retry_after_seconds(key, perf_counter())
        if retry_after > 0:
            raise HttpError(
                status=429,
                code="too_many_requests",
                message="too many alert requests from this source; INTAKE_RATE_LIMIT sets the limit",
                retry_after_seconds=max(1, round(retry_after)),
            )

    def _count(self, path: str, source: AlertSource, notification: ParsedNotification) -> None:
        self._accepted[path].inc()
        self._alerts[path].inc(len(notification.alerts))
        if notification.rejected:
            self._parts.metrics.rejected.labels(source=source.value).inc(len(notification.rejected))
            log.warning("alerts_rejected", source=source.value, count=len(notification.rejected))
        if notification.envelope.truncated_alerts > 0:
            self._parts.metrics.truncated.labels(source=source.value).inc(
                notification.envelope.truncated_alerts
            )
            log.warning(
                "alerts_truncated_by_sender",
                source=source.value,
                receiver=notification.envelope.receiver,
                count=notification.envelope.truncated_alerts,
            )

    def _refuse(self, path: str, error: HttpError) -> tuple[int, bytes, dict[str, str]]:
        source = self._parts.formats[path].source.value
        self._parts.metrics.requests.labels(source=source, result=error.code).inc()
        return error.status, error.body(), error.headers


def _require_local_name(headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Without secrets only programs of this machine may send, and not pages that a browser here shows."""
    for name, value in headers:
        if name == b"host" and not is_local_name(value.decode("latin-1")):
            raise HttpError(
                status=403,
                code="unknown_host",
                message="without secrets this service answers to localhost only; set INTAKE_TOKEN",
            )


def _answer(notification: ParsedNotification) -> bytes:
    ids = [alert.id for alert in notification.alerts]
    answer: dict[str, Any] = {"success": True, "alertId": ids[0] if ids else None, "alertIds": ids}
    if notification.rejected:
        # Grafana logs the first kilobyte of an answer; all of them are kept beside the raw body.
        answer["rejected"] = redact_tree([asdict(alert) for alert in notification.rejected[:MAX_ANSWERED]])
    return _encoder.encode(answer)
