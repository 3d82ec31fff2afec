"""issue-intelligence analyze: what any log text says, for people or as JSON."""

import json
from typing import Annotated

import typer
from rich.console import Console

from issue_intelligence.cli.analysis_json import analysis_document, per_line_document
from issue_intelligence.cli.analysis_view import show_analysis
from issue_intelligence.cli.log_input import keep_service, read_log_input
from issue_intelligence.cli.log_progress import reading_progress
from issue_intelligence.core.investigate.log_analysis import analyze_log, per_line
from issue_intelligence.core.redact.tree import redact_tree


def analyze(
    file: Annotated[
        str, typer.Argument(metavar="FILE or -", help="A log file; - or nothing for standard input.")
    ] = "-",
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one JSON document and nothing else.")
    ] = False,
    show_lines: Annotated[
        bool, typer.Option("--per-line", help="Add fingerprint and group of every line.")
    ] = False,
    service: Annotated[
        str | None, typer.Option("--service", metavar="NAME", help="Only the lines of this service.")
    ] = None,
) -> None:
    """Analyse a log: patterns, stack traces, endpoints, users. Secrets and personal data are not shown."""
    try:
        with reading_progress(file, Console(stderr=True)) as on_read:
            lines = read_log_input(file, on_read)
    except OSError as error:
        typer.echo(f"Cannot read {file}: {error.strerror or error}.", err=True)
        raise typer.Exit(2) from error
    if service is not None:
        kept = keep_service(lines, service)
        if lines and not kept:
            typer.echo(f"No line is of the service {service}.", err=True)
        lines = kept
    analysis = redact_tree(analyze_log(lines))
    entries = per_line(lines) if show_lines else None
    if as_json:
        document = analysis_document(analysis)
        if entries is not None:
            document["per_line"] = per_line_document(entries)
        typer.echo(json.dumps(document))
        return
    console = Console(highlight=False, markup=False, emoji=False)
    show_analysis(console, analysis)
    for line, fingerprint, group in entries or ():
        typer.echo(f"{line}\t{fingerprint}\t{group}")
