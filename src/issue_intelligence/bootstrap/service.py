"""Wires the whole service."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from rich.console import Console

from issue_intelligence.adapters.alertmanager.alert_format import AlertmanagerFormat
from issue_intelligence.adapters.grafana.alert_format import GrafanaFormat
from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap.admin import admin_pages
from issue_intelligence.bootstrap.api import rest_api
from issue_intelligence.bootstrap.background import Background
from issue_intelligence.bootstrap.exposure import (
    check_exposure,
    credentials_of,
    has_secrets,
    networks_of,
    on_loopback,
)
from issue_intelligence.bootstrap.interpreter import settle
from issue_intelligence.bootstrap.logs import loki_of
from issue_intelligence.bootstrap.stores import Stores, open_stores, upgrade_stores
from issue_intelligence.bootstrap.tracker import check_github
from issue_intelligence.bootstrap.webhooks import github_webhook
from issue_intelligence.kit.token_bucket import RateLimiter
from issue_intelligence.knowledge.seeds import seed_entries
from issue_intelligence.settings import Settings
from issue_intelligence.web.access import ReadAccess
from issue_intelligence.web.alerts import AlertEndpoints
from issue_intelligence.web.app import WebApp, WebParts
from issue_intelligence.web.health import HealthEndpoints
from issue_intelligence.web.intake import IntakeParts
from issue_intelligence.web.metrics import IntakeMetrics, PipelineMeter

RATE_BURST = 200


def _go_on() -> None:
    """Whoever wires the service without a way to end it keeps what is left: the HTTP part."""


def web_app(
    settings: Settings,
    *,
    with_worker: bool = True,
    console: Console | None = None,
    on_lost: Callable[[], None] = _go_on,
) -> WebApp:
    """Wire everything. Raises SettingsError when the settings are not safe to serve with.

    `on_lost` has to end this process: other workers have taken over what its own did.
    """
    check_exposure(settings)
    loki_of(settings)
    check_github(settings)
    stores = open_stores(settings)
    metrics = IntakeMetrics()
    background = None
    if with_worker:
        background = Background(
            settings,
            stores,
            console=console or Console(stderr=True),
            meter=PipelineMeter(metrics.registry),
            on_lost=on_lost,
        )
    clock = SystemClock()
    access = _read_access(settings)
    return WebApp(
        WebParts(
            intake=_intake_parts(settings, stores, metrics, background),
            alerts=AlertEndpoints(history=stores.history, inbound=stores.inbound),
            health=HealthEndpoints(
                inbound=stores.inbound,
                access=access,
                clock=clock,
                started_at=clock.now(),
                can_commit=lambda: stores.inbound.prove_commit(clock.now()),
                workers=stores.leases.all if stores.leases is not None else None,
            ),
            access=access,
            dead_letters=stores.dead_letters,
            api=rest_api(settings, stores, access),
            admin=admin_pages(settings, stores, access),
            github=github_webhook(settings, stores),
            lifespan=lambda: _lifespan(settings, stores, background),
        )
    )


@asynccontextmanager
async def _lifespan(settings: Settings, stores: Stores, background: Background | None) -> AsyncIterator[None]:
    await upgrade_stores(settings)
    stores.committer.start()
    await stores.known_issues.add_missing(seed_entries())
    if background is not None:
        await background.start()
    settle()
    try:
        yield
    finally:
        if background is not None:
            await background.stop()
        await stores.committer.stop()
        await stores.databases.dispose()


def _read_access(settings: Settings) -> ReadAccess:
    return ReadAccess(
        admin_password=settings.admin_password.get_secret_value(),
        metrics_token=settings.metrics_token.get_secret_value(),
        open_on_loopback=on_loopback(settings.host) and not has_secrets(settings),
        trusted_proxies=networks_of(settings.trusted_proxies),
    )


def _intake_parts(
    settings: Settings, stores: Stores, metrics: IntakeMetrics, background: Background | None
) -> IntakeParts:
    return IntakeParts(
        inbound=stores.inbound,
        formats={"/alerts/grafana": GrafanaFormat(), "/alerts/alertmanager": AlertmanagerFormat()},
        credentials=credentials_of(settings),
        limiter=RateLimiter(rate_per_minute=settings.intake_rate_limit, burst=RATE_BURST),
        trusted_proxies=networks_of(settings.trusted_proxies),
        max_body_bytes=settings.intake_max_body_bytes,
        clock=SystemClock(),
        metrics=metrics,
        committed=background.nudge if background is not None else _nobody_to_wake,
    )


def _nobody_to_wake() -> None:
    """Another process dispatches what this one commits."""
