"""Known issues on the terminal: tables for people, documents for programs."""

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from issue_intelligence.core.model.known_issue import Disposition, KnownIssue
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.knowledge.catalogue import MatchedLines

_SHOWN_CHARS = 160
_PIPE_WIDTH = 300
_MAX_CELL_CHARS = 1_000
_MEANINGS = {
    Disposition.REMEDIATE: "try to repair it",
    Disposition.ISSUE: "file an issue with the solution",
    Disposition.NOT_AN_ISSUE: "not a problem of the service",
}


def matches_document(found: MatchedLines) -> dict[str, list[dict[str, object]]]:
    """Give the document of `match --json` (contract.md)."""
    return {
        "matches": [
            {"line": each.line, "id": each.known_issue.id, "title": each.known_issue.title}
            for each in found.matches
        ]
    }


def show_entries(entries: tuple[KnownIssue, ...]) -> None:
    # An id is there to be copied, so it is never cut; it says what the title says.
    table = Table(
        Column("Id", no_wrap=True),
        Column("Severity", no_wrap=True),
        Column("Component", no_wrap=True),
        "What a match means",
        box=None,
        pad_edge=False,
    )
    for entry in entries:
        cells = (entry.id, entry.severity, entry.component, _meaning(entry))
        table.add_row(*(_shown(redact(cell)) for cell in cells))
    console = _console()
    console.print(table)
    console.print(f"{len(entries)} known issues")


def show_matches(found: MatchedLines, line_count: int) -> None:
    console = _console()
    if not found.matches:
        console.print(f"None of {line_count} lines matches a known issue.")
        return
    table = Table("Line", "Known issue", "What a match means", "Text")
    for each in found.matches:
        # Redacted before it is cut, so that no half of a secret slips through.
        shown = one_line(redact(each.text), _SHOWN_CHARS)
        cells = (str(each.line), redact(each.known_issue.title), _meaning(each.known_issue), shown)
        table.add_row(*(_shown(cell) for cell in cells))
    console.print(table)


def _console() -> Console:
    """A file or pipe has no width to fit into, and a line is what programs look for."""
    console = Console()
    return console if console.is_terminal else Console(width=_PIPE_WIDTH)


def _shown(cell: str) -> Text:
    """Logs and imported entries hold anything; none of it may steer the terminal."""
    return Text(one_line(cell, _MAX_CELL_CHARS))


def _meaning(entry: KnownIssue) -> str:
    runbook = f" ({entry.remediation_script})" if entry.auto_remediable and entry.remediation_script else ""
    return f"{_MEANINGS[entry.disposition]}{runbook}"
