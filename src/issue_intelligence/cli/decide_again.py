"""`issue-intelligence replay` and `backtest`: stored alerts decided again, and nothing touched."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.bootstrap import decide_again
from issue_intelligence.cli.decide_again_view import (
    backtest_document,
    replay_document,
    show_backtest,
    show_replay,
)
from issue_intelligence.cli.since import read_span
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.log_setup import set_up_logging
from issue_intelligence.ports.decision_archive import NoDecision
from issue_intelligence.settings import SettingsError, load_settings, with_tried, without_effect

EXIT_NO = 1
EXIT_WRONG_USAGE = 2
_NO_DECISION = {
    NoDecision.UNKNOWN_ALERT: "There is no alert {id}.",
    NoDecision.NOT_DECIDED: "Alert {id} has not been decided yet, so there is nothing to decide again.",
    NoDecision.UNREADABLE: "What is stored of alert {id} is of another release and cannot be read.",
}

JsonOption = Annotated[bool, typer.Option("--json", help="Write one JSON document to standard output.")]


def replay(
    alert_id: Annotated[str, typer.Argument(help="An alert's id, 32 hex digits.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Decide again about an alert from stored evidence, and show what differs; nothing is changed."""
    set_up_logging(level="ERROR")
    comparison = asyncio.run(decide_again.replay(load_settings(), alert_id))
    if isinstance(comparison, NoDecision):
        _stop(_NO_DECISION[comparison].format(id=redact(alert_id)[:100]), EXIT_NO)
    if as_json:
        _write_json(replay_document(alert_id, comparison))
    else:
        show_replay(alert_id, comparison)


def backtest(
    since: Annotated[str, typer.Option("--since", help="How far back: 30d, 12h, 45m, 2w.")],
    tried: Annotated[
        list[str] | None,
        typer.Option("--set", help="A setting to try: validation.min_confidence=70; may be repeated."),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Decide stored alerts again under other settings and show which decisions differ; changes nothing."""
    set_up_logging(level="ERROR")
    try:
        span = read_span(since)
        settings = with_tried(load_settings(), tried or [])
    except SettingsError as error:
        _stop(redact(str(error)), EXIT_WRONG_USAGE)
    except ValueError as error:
        _stop(f"--since: {error}", EXIT_WRONG_USAGE)
    for key in without_effect(tried or []):
        typer.echo(f"{key} acts before evidence is gathered, so it changes nothing here.", err=True)
    with _progress() as on_progress:
        result = asyncio.run(decide_again.backtest(settings, SystemClock().now() - span, on_progress))
    if as_json:
        _write_json(backtest_document(result))
    else:
        show_backtest(result)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show how many alerts are done, on a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (TextColumn("Alerts decided again"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("deciding", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _write_json(document: object) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _stop(message: str, status: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(status)
