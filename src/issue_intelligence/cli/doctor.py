"""`issue-intelligence doctor`: whether every configured system can be worked with, and what to do."""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from issue_intelligence.bootstrap.doctor import check_everything
from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.core.report.plain_words import counted
from issue_intelligence.log_setup import set_up_logging
from issue_intelligence.ports.check import CheckResult, CheckState
from issue_intelligence.settings import load_settings

EXIT_SOMETHING_IS_WRONG = 1
_MAX_CELL_CHARS = 1_000
_PIPE_WIDTH = 200
_WORDS = {
    CheckState.OK: ("ok", "green"),
    CheckState.WARNING: ("warning", "yellow"),
    CheckState.FAILED: ("failed", "bold red"),
    CheckState.NOT_CONFIGURED: ("not set", "dim"),
}


def doctor(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one JSON document to standard output.")
    ] = False,
) -> None:
    """Check every configured system with a harmless call; exits with 1 when something is wrong."""
    settings = load_settings()
    # Standard output is for the answer.
    set_up_logging(level="ERROR")
    results = asyncio.run(check_everything(settings))
    if as_json:
        typer.echo(json.dumps(document_of(results), indent=2, ensure_ascii=False))
    else:
        _show(results)
    if any(result.state is CheckState.FAILED for result in results):
        raise typer.Exit(EXIT_SOMETHING_IS_WRONG)


def document_of(results: Sequence[CheckResult]) -> dict[str, object]:
    """Give the document of `doctor --json`; `ok` is false when something failed."""
    return {
        "ok": all(result.state is not CheckState.FAILED for result in results),
        "checks": [
            {
                "system": result.system,
                "state": result.state.value,
                "message": result.sentence,
                "advice": result.advice or None,
            }
            for result in results
        ],
    }


def _show(results: Sequence[CheckResult]) -> None:
    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console = Console(width=_PIPE_WIDTH)
    table = Table(
        Column("System", no_wrap=True),
        Column("", no_wrap=True),
        # A long name or address goes on in the next line rather than lose its end.
        Column("What was found, and what to do", overflow="fold"),
        box=None,
        pad_edge=False,
    )
    for result in results:
        word, style = _WORDS[result.state]
        table.add_row(
            result.system,
            Text(word, style=style),
            # Without markup: answers of others are shown as they are.
            Text(one_line(_told(result), _MAX_CELL_CHARS)),
        )
    console.print(table)
    console.print(Text(_summary(results)))


def _told(result: CheckResult) -> str:
    # Of what is not set, the column before says it.
    if result.state is CheckState.NOT_CONFIGURED and result.advice:
        return result.advice
    return f"{result.sentence} {result.advice}"


def _summary(results: Sequence[CheckResult]) -> str:
    failed = sum(result.state is CheckState.FAILED for result in results)
    warnings = sum(result.state is CheckState.WARNING for result in results)
    more = f", {counted(warnings, 'warning')}" if warnings else ""
    if failed:
        return f"{failed} failed{more}."
    return f"Nothing failed{more}."
