"""What we write into GitHub's text fields: within its limits, and with a mark that is found again."""

import re
from collections.abc import Iterator
from urllib.parse import quote

# GitHub refuses 65,536 characters and more; the rest is room for the mark, our note and what people add.
MAX_BODY_CHARS = 60_000
MAX_TITLE_CHARS = 256
CUT_NOTE = "*The rest did not fit into an issue and was left out.*"

_PREFIX = "<!-- iis:"
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"#{1,6} ")


def issue_mark(marker: str) -> str:
    return f"{_PREFIX}issue {_encoded(marker)} -->"


def comment_mark(marker: str) -> str:
    return f"{_PREFIX}comment {_encoded(marker)} -->"


def has_mark(text: str, mark: str) -> bool:
    """Tell whether the mark stands on a line of its own; people's editors end lines in "\\r\\n"."""
    return mark in (line.rstrip() for line in text.splitlines())


def marked(text: str, mark: str, *, note: str = "") -> str:
    """Give the text as it is sent, with the hidden mark at its end, where a preview does not show it."""
    parts = (cut_at_section(_harmless(text).strip(), MAX_BODY_CHARS), note, mark)
    return "\n\n".join(part for part in parts if part)


def cut_at_section(text: str, max_chars: int) -> str:
    """Keep whole sections as far as they fit, and say that something is missing.

    A single section that does not fit is cut between two lines, and an open code block is closed.
    """
    if len(text) <= max_chars:
        return text
    room = max_chars - len(CUT_NOTE) - 30
    end, at_heading, fence = 0, 0, ""
    for start, line, inside in _lines(text):
        if start + len(line) > room:
            break
        if not inside and _HEADING.match(line):
            at_heading = start
        end, fence = start + len(line), inside
    if at_heading > max_chars // 2:
        return f"{text[:at_heading].rstrip()}\n\n{CUT_NOTE}"
    kept = text[: end or room].rstrip()
    closing = f"\n{fence}" if fence else ""
    return f"{kept}{closing}\n\n{CUT_NOTE}"


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Give each line, where it starts, and the code fence that is open behind it ("" for none)."""
    start, fence = 0, ""
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if found and not fence:
            fence = found.group(1)
        elif found and found.group(1).startswith(fence) and line.strip() == found.group(1):
            fence = ""
        yield start, line, fence
        start += len(line)


def _encoded(marker: str) -> str:
    """Keep a marker on one line and inside its HTML comment."""
    return quote(marker, safe=":=+/,@")


def _harmless(text: str) -> str:
    """Break what looks like one of our marks, so that a log line cannot pass for one."""
    return text.replace(_PREFIX, _PREFIX.replace("<!--", "<!\u200b--"))
