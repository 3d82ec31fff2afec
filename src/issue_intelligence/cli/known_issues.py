"""`issue-intelligence known-issues`: the knowledge base from the terminal."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer

from issue_intelligence.cli.known_issues_view import matches_document, show_entries, show_matches
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.knowledge.catalogue import (
    export_known_issues,
    import_known_issues,
    list_known_issues,
    match_lines,
)
from issue_intelligence.knowledge.known_issue_format import UnreadableEntriesError, entry_as_dict
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.known_issue_store import KnownIssueStore

StoreOpener = Callable[[], AbstractAsyncContextManager[KnownIssueStore]]
T = TypeVar("T")

EXIT_NO_MATCH = 1
EXIT_WRONG_USAGE = 2

JsonOption = Annotated[bool, typer.Option("--json", help="Write one JSON document to standard output.")]


def known_issues_app(open_store: StoreOpener) -> typer.Typer:
    """Build the command group over the store that `open_store` opens."""
    app = typer.Typer(help="Described faults: how to recognise and mend them.", no_args_is_help=True)

    @app.command("list")
    def list_entries(*, as_json: JsonOption = False) -> None:
        """List all known issues."""
        entries = _with_store(open_store, list_known_issues)
        if as_json:
            _write_json({"known_issues": [entry_as_dict(entry) for entry in entries]})
        else:
            show_entries(entries)

    @app.command("import")
    def import_file(
        file: Annotated[str, typer.Argument(help="JSON list of known issues; - for standard input.")],
    ) -> None:
        """Add the entries of FILE, or replace those of the same id: all of them or none."""
        _import(open_store, file)

    @app.command("export")
    def export_file(
        file: Annotated[str, typer.Argument(help="Where to write; - for standard output.")],
    ) -> None:
        """Write all known issues to FILE as JSON, which import reads back."""
        document, count = _with_store(open_store, export_known_issues)
        _write(file, document)
        _say(f"{count} known issues written to {'standard output' if file == '-' else file}.")

    @app.command("match")
    def match(
        file: Annotated[str, typer.Argument(help="Log text; - for standard input.")] = "-",
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Say which known issues match which lines; exits with 1 when none does."""
        _match(open_store, file, as_json=as_json)

    return app


def _import(open_store: StoreOpener, file: str) -> None:
    document = _read(file)
    try:
        done = _with_store(open_store, lambda store: import_known_issues(store, document))
    except UnreadableEntriesError as error:
        lines = "\n".join(redact(str(problem)) for problem in error.problems)
        _stop(f"Nothing was imported from {file}:\n{lines}")
    _say(f"{done.added} known issues added, {done.replaced} replaced.")


def _match(open_store: StoreOpener, file: str, *, as_json: bool) -> None:
    lines = _lines(_read(file))
    found = _with_store(open_store, lambda store: match_lines(store, lines))
    for refused in found.refused:
        _say(f"Known issue {refused.known_issue_id} was left out: {refused.message}")
    if as_json:
        _write_json(matches_document(found))
    else:
        show_matches(found, len(lines))
    if not found.matches:
        raise typer.Exit(EXIT_NO_MATCH)


def _with_store(open_store: StoreOpener, use: Callable[[KnownIssueStore], Awaitable[T]]) -> T:
    async def run() -> T:
        async with open_store() as store:
            return await use(store)

    try:
        return asyncio.run(run())
    except OutsideError as error:
        _stop(f"The knowledge base cannot be used: {redact(str(error))}")


def _read(file: str) -> str:
    """Read the whole text; bytes that are no UTF-8 are replaced, since logs hold anything."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        _stop(f"{file} cannot be read: {error.strerror}.")
    return data.decode("utf-8-sig", "replace")


def _lines(text: str) -> list[str]:
    """Split at line feeds only, so that numbers agree with every editor and with `analyze`."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines[:-1] if lines[-1] == "" else lines


def _write(file: str, text: str) -> None:
    if file == "-":
        typer.echo(text, nl=False)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        _stop(f"{file} cannot be written: {error.strerror}.")


def _write_json(document: object) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _say(message: str) -> None:
    typer.echo(message, err=True)


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(EXIT_WRONG_USAGE)
