"""Wires a process that works and serves nothing over HTTP."""

import asyncio
import os
import signal

import structlog
from prometheus_client import CollectorRegistry
from rich.console import Console

from issue_intelligence.bootstrap.background import Background
from issue_intelligence.bootstrap.interpreter import settle
from issue_intelligence.bootstrap.stores import open_stores, upgrade_stores, urls_of
from issue_intelligence.knowledge.seeds import seed_entries
from issue_intelligence.settings import Settings, SettingsError
from issue_intelligence.web.metrics import PipelineMeter

log = structlog.get_logger()


def check_for_worker(settings: Settings) -> None:
    """Raise SettingsError where processes cannot share the work."""
    if urls_of(settings).pipeline.get_backend_name() == "sqlite":
        raise SettingsError(
            "DATABASE_URL: `worker` needs PostgreSQL, since SQLite files admit one working process. "
            "On SQLite `issue-intelligence serve` receives and works in one process"
        )


async def work(settings: Settings) -> bool:
    """Work until SIGTERM or SIGINT; False when others have taken over the work of this process."""
    ended, lost = asyncio.Event(), asyncio.Event()

    def others_took_over() -> None:
        lost.set()
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    stores = open_stores(settings)
    background = Background(
        settings,
        stores,
        console=Console(stderr=True),
        # Nobody scrapes this process: what it measures of runs is kept for no one.
        meter=PipelineMeter(CollectorRegistry()),
        on_lost=others_took_over,
    )
    await upgrade_stores(settings)
    stores.committer.start()
    await stores.known_issues.add_missing(seed_entries())
    await background.start()
    settle()
    log.info("worker_ready", executor_id=background.executor_id, pid=os.getpid())
    try:
        await ended.wait()
    finally:
        log.info("worker_stopping")
        await background.stop()
        await stores.committer.stop()
        await stores.databases.dispose()
    log.info("worker_stopped")
    return not lost.is_set()
