"""`issue-intelligence worker`: the pipeline without HTTP, one of many processes on one PostgreSQL."""

import asyncio

import structlog
import typer

from issue_intelligence.bootstrap.worker_process import check_for_worker, work
from issue_intelligence.cli.serve import EXIT_LOST, raise_file_limit, what_it_works_with
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.log_setup import set_up_logging
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.settings import load_settings, not_yet_used

log = structlog.get_logger()

EXIT_CANNOT_START = 1


def worker() -> None:
    """Investigate what `serve --no-worker` receives (PostgreSQL only; run as many as you like)."""
    settings = load_settings()
    check_for_worker(settings)
    set_up_logging()
    for name in not_yet_used():
        log.warning("setting_not_used", name=name, reason="this release does not have that part yet")
    raise_file_limit()
    log.info("starting", **what_it_works_with(settings))
    try:
        is_wanted = asyncio.run(work(settings))
    except OutsideError as error:
        typer.echo(f"The worker could not start: {redact(str(error))}", err=True)
        raise typer.Exit(EXIT_CANNOT_START) from error
    if not is_wanted:
        raise typer.Exit(EXIT_LOST)
