"""Draws docs/images/demo.svg: plays the demo once and saves what the terminal showed.

Run it in the project's folder: `.venv/bin/python docs/images/draw_demo.py`.
"""

import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from issue_intelligence.cli.demo.command import play

_COLUMNS = 110
# The picture must not fetch fonts from elsewhere; the reader's own monospace does.
_OUTSIDE = re.compile(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", re.DOTALL)


def main() -> None:
    console = Console(record=True, width=_COLUMNS, force_terminal=True, color_system="truecolor")
    with tempfile.TemporaryDirectory() as folder:
        play(console, once=True, port=None, base=Path(folder))
    picture = console.export_svg(title="issue-intelligence demo --once", theme=MONOKAI, unique_id="demo")
    picture = _OUTSIDE.sub("", picture).replace("Fira Code", "ui-monospace")
    Path(__file__).with_name("demo.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
