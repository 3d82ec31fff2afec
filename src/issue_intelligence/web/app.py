"""Puts the fast path beside the rest, as one ASGI application."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from issue_intelligence.ports.dead_letters import DeadLetters
from issue_intelligence.web import errors
from issue_intelligence.web.access import ReadAccess
from issue_intelligence.web.alerts import AlertEndpoints
from issue_intelligence.web.errors import HttpError
from issue_intelligence.web.health import HealthEndpoints
from issue_intelligence.web.intake import Intake, IntakeParts
from issue_intelligence.web.intake_asgi import IntakeApp
from issue_intelligence.web.lifespan import Lifespan, run_lifespan
from issue_intelligence.web.metrics import metrics_endpoint
from issue_intelligence.web.webhooks.github import GitHubWebhook

_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    intake: IntakeParts
    alerts: AlertEndpoints
    health: HealthEndpoints
    access: ReadAccess
    dead_letters: DeadLetters
    # Below /api.
    api: ASGIApp
    # /admin and what is below it.
    admin: Sequence[Route]
    github: GitHubWebhook
    lifespan: Lifespan


class WebApp:
    def __init__(self, parts: WebParts) -> None:
        self._lifespan = parts.lifespan
        # Public, since the server's protocol brings it the requests that come whole.
        self.intake = Intake(parts.intake)
        self._intake_app = IntakeApp(self.intake)
        reading = parts.access.reading
        self._rest = Starlette(
            routes=[
                Route("/health", parts.health.health),
                Route("/ready", parts.health.ready),
                Route(
                    "/metrics",
                    parts.access.scraping(
                        metrics_endpoint(parts.intake.metrics, parts.intake.inbound, parts.dead_letters)
                    ),
                ),
                Route("/alerts/history", reading(parts.alerts.list_alerts)),
                Route("/alerts/{alert_id}", reading(parts.alerts.one_alert)),
                Route("/webhooks/github", parts.github.receive, methods=["POST"]),
                Mount("/api", parts.api),
                *parts.admin,
            ],
            exception_handlers={
                HttpError: errors.respond,
                404: errors.not_found,
                405: errors.method_not_allowed,
                HTTPException: errors.method_not_allowed,
                Exception: errors.respond,
            },
        )
        # A redirect would carry whatever host the request named, and senders of alerts rarely follow one.
        self._rest.router.redirect_slashes = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await run_lifespan(self._lifespan, receive, send)
            return
        if scope["type"] == "http":
            if self.intake.serves(scope["path"]):
                await self._intake_app(scope, receive, send)
                return
            send = _with_security_headers(send)
        await self._rest(scope, receive, send)


def _with_security_headers(send: Any) -> Any:
    async def wrapped(message: Any) -> None:
        if message["type"] == "http.response.start":
            # Pages for people say themselves what they load, and what may be kept.
            said = {name for name, _ in message["headers"]}
            more = [header for header in _SECURITY_HEADERS if header[0] not in said]
            message = message | {"headers": [*message["headers"], *more]}
        await send(message)

    return wrapped
