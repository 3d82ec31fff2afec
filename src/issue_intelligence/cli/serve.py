"""`issue-intelligence serve`: HTTP and, unless told otherwise, the pipeline in the same process."""

import resource
import signal
from types import FrameType
from typing import Annotated, Any

import structlog
import typer
import uvicorn

from issue_intelligence.bootstrap.logs import log_source_name
from issue_intelligence.bootstrap.notifiers import where_notices_go
from issue_intelligence.bootstrap.remediation import what_may_be_restarted
from issue_intelligence.bootstrap.service import web_app
from issue_intelligence.bootstrap.tracker import issues_go_to
from issue_intelligence.log_setup import set_up_logging
from issue_intelligence.settings import Settings, load_settings, not_yet_used
from issue_intelligence.web.http_protocol import BoundedHttp

log = structlog.get_logger()

# Grafana gives up after 30 s; whoever still waits after this is gone.
SHUTDOWN_SECONDS = 20
EXIT_CANNOT_START = 2
EXIT_LOST = 1
MAX_CONNECTIONS = 2_000
# Connections, and what the databases, logs and issues need beside them.
MAX_OPEN_FILES = 2 * MAX_CONNECTIONS


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on; HOST, else 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; PORT, else 3003.")] = None,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Only receive; another process investigates.")
    ] = False,
) -> None:
    """Receive alerts, investigate them, and report."""
    settings = load_settings(host=host, port=port)
    set_up_logging()
    for name in not_yet_used():
        log.warning("setting_not_used", name=name, reason="this release does not have that part yet")
    ending = _Ending()
    app = web_app(settings, with_worker=not no_worker, on_lost=ending.lost)
    raise_file_limit()
    alerts = f"http://{settings.host}:{settings.port}/alerts/grafana or /alerts/alertmanager"
    log.info("starting", alerts=alerts, **what_it_works_with(settings))
    # The server raises the signal that ended it once more when all is done; that end is no failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    try:
        ending.server = uvicorn.Server(server_config(app, host=settings.host, port=settings.port))
        ending.server.run()
    except SystemExit as error:
        if not error.code:
            raise
        # The server ends itself so when it cannot start.
        where = f"{settings.host}:{settings.port}"
        typer.echo(f"Cannot serve on {where}; the log above says why. Another port: --port", err=True)
        raise typer.Exit(EXIT_CANNOT_START) from error
    if ending.is_lost:
        raise typer.Exit(EXIT_LOST)


class _Ending:
    """Ends the server when other workers have taken over what its own did; whoever watches starts it anew."""

    def __init__(self) -> None:
        self.is_lost = False
        self.server: uvicorn.Server | None = None

    def lost(self) -> None:
        self.is_lost = True
        if self.server is not None:
            self.server.should_exit = True


def raise_file_limit() -> None:
    """Allow as many open connections as the system lets us; the usual 1,024 end before our own limit does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(MAX_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def what_it_works_with(settings: Settings) -> dict[str, str]:
    """Say where evidence comes from and where issues go; a forgotten variable shows here first."""
    stores = {"database": settings.app_database_url, "redis": settings.redis_url}
    urls = [service.health_url for service in settings.services] or [settings.app_health_url]
    health = ", ".join(filter(None, [*urls, *(name for name, url in stores.items() if str(url))]))
    return {
        "logs": log_source_name(settings),
        "health": health or "none: set APP_HEALTH_URL",
        "issues": issues_go_to(settings),
        "notices": where_notices_go(settings),
        "restarts": what_may_be_restarted(settings),
    }


def server_config(app: Any, *, host: str, port: int) -> uvicorn.Config:
    """Give the HTTP server's settings; the benchmarks serve a bare echo with the same."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        # TRUSTED_PROXIES say whom to believe about addresses; the server would believe all of loopback.
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        http=BoundedHttp,
        # A sender that opens connections and says nothing must not exhaust us.
        limit_concurrency=MAX_CONNECTIONS,
    )
