"""Tells the demo at the terminal, as it happens."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from issue_intelligence.core.report.markdown import one_line

_MAX_WIDTH = 110
_LABEL_WIDTH = 9
_INDENT = 13
_MAX_REASON_CHARS = 120
# A unit belongs on its number's line.
_NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=(?:s|ms|%)(?:\W|$))")
_STYLES = {
    "verdict": "not dim bold",
    "remedy": "not dim bold",
    "result": "not dim bold green",
    "fault": "not dim bold red",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneEnd:
    """How a scene ended, for the table."""

    title: str
    happened: str
    verdict: str
    result: str
    issue: Path | None
    # Sentences about what differed from what should have been.
    faults: tuple[str, ...]


class Story:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(console.width, _MAX_WIDTH)

    def opening(self, lines: Sequence[tuple[str, str]]) -> None:
        self._print(Text("Issue Intelligence: a small shop breaks, in seven scenes", "bold"))
        self._print(
            Text("Each alert is received, looked into, and answered with an issue, or with none.", "dim")
        )
        for label, text in lines:
            self.step(label, text)

    def scene(self, number: int, title: str) -> None:
        self._print(Text(f"\n{number}  {title}", "bold cyan"))

    def step(self, label: str, text: str, *, after_seconds: float | None = None) -> None:
        """Tell one thing; `after_seconds` is the time since the alert was sent."""
        when = "" if after_seconds is None else f"{after_seconds:.1f} s after the alert: "
        # Wrapped here, since a grid would fill its lines with blanks, which a copied text then has.
        rows = textwrap.wrap(
            _NUMBER_AND_UNIT.sub("\u00a0", f"{when}{text}"),
            max(20, self._width - _INDENT),
            break_long_words=False,
            break_on_hyphens=False,
        )
        told = Text(f"   {label:<{_INDENT - 3}}", "dim")
        told.append(f"\n{' ' * _INDENT}".join(rows), Style.parse(_STYLES.get(label, "not dim")))
        self._console.print(told, soft_wrap=True)

    def ending(self, ends: Sequence[SceneEnd], *, base: Path) -> None:
        """Show the table of scenes, and the issues to open; paths are told from `base`."""
        table = Table(title="What came of it", title_style="bold", title_justify="left", width=self._width)
        table.add_column("Scene", ratio=4)
        table.add_column("What happened", ratio=5)
        table.add_column("Verdict and reason", ratio=6)
        table.add_column("Result", ratio=4)
        table.add_column("Link", no_wrap=True)
        for number, end in enumerate(ends, start=1):
            result: RenderableType = Text(end.result, "green" if not end.faults else "red")
            if end.faults:
                result = Group(result, Text("Went wrong", "bold red"))
            link = "none"
            if end.issue is not None:
                link = f"[{_number(end.issue)}]"
            table.add_row(
                f"{number} {end.title}",
                end.happened,
                textwrap.shorten(one_line(end.verdict, 1_000), _MAX_REASON_CHARS, placeholder=" …"),
                result,
                Text(link),
                end_section=True,
            )
        self._console.print()
        self._console.print(table)
        for path in dict.fromkeys(end.issue for end in ends if end.issue is not None):
            self.path(f"[{_number(path)}]", shown(path, base))

    def path(self, label: str, text: str) -> None:
        """Tell a path or command, in one piece however long, so that it can be copied."""
        line = Text.assemble((f"{label:<{_LABEL_WIDTH}} ", "dim"), text)
        self._console.print(line, soft_wrap=True, highlight=False)

    def text(self, text: str, style: str = "") -> None:
        self._print(Text(text, style))

    def _print(self, what: RenderableType) -> None:
        self._console.print(what, width=self._width, highlight=False)


def shown(path: Path, base: Path) -> str:
    """Name a path as briefly as it can be used from `base`."""
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)


def _number(issue: Path) -> int:
    return int(issue.name.partition("-")[0])
