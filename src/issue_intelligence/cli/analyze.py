"""issue-intelligence analyze: what any log text says, for people or as JSON."""

import sys
from tempfile import TemporaryFile
from typing import Annotated

import typer
from rich.console import Console

from issue_intelligence.cli.analysis_json import analysis_document, write_document, write_entries
from issue_intelligence.cli.analysis_view import show_analysis
from issue_intelligence.cli.log_input import keep_service, read_log_input
from issue_intelligence.cli.log_progress import reading_progress
from issue_intelligence.core.investigate.log_analysis import per_line
from issue_intelligence.core.investigate.log_parts import MAX_PATTERNS, LongLog, in_parts
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
    log = LongLog()
    with TemporaryFile("w+", encoding="utf-8") as entries:
        try:
            with reading_progress(file, Console(stderr=True)) as on_read:
                lines = read_log_input(file, on_read)
                for part in in_parts(lines if service is None else keep_service(lines, service)):
                    log.add(part)
                    if show_lines:
                        write_entries(entries, per_line(part), as_json=as_json)
        except OSError as error:
            typer.echo(f"Cannot read {file}: {error.strerror or error}.", err=True)
            raise typer.Exit(2) from error
        analysis = redact_tree(log.analysis())
        if service is not None and not analysis.lines:
            typer.echo(f"No line is of the service {service}.", err=True)
        if log.lines_left_out:
            typer.echo(
                f"Only {MAX_PATTERNS:,} patterns are listed; {log.lines_left_out:,} lines are of others, "
                "which are rare and of the least trouble.",
                err=True,
            )
        entries.seek(0)
        if as_json:
            document = analysis_document(analysis, lines_left_out=log.lines_left_out)
            write_document(sys.stdout, document, entries if show_lines else None)
            return
        show_analysis(Console(highlight=False, markup=False, emoji=False), analysis)
        for rows in iter(lambda: entries.read(1 << 16), ""):
            typer.echo(rows, nl=False)
