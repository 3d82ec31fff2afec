"""Solutions of the knowledge base are Markdown; a safe part of it is written anew, the rest becomes text.

Kept: paragraphs, lists, bold, inline code, code blocks. Headings become bold lines. Every piece passes
through core/report/markdown.py, so a fence that never closes or a stray tag cannot reach the rest of
the issue.
"""

import re

from issue_intelligence.core.report.markdown import clean, code_span, cut_middle, fence, inline

MAX_SOLUTION_CHARS = 4_000
_MAX_LINE_CHARS = 1_000

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LIST_ITEM = re.compile(r"( {0,8})([-*+]|\d{1,3}[.)]) +")
_HEADING = re.compile(r"#{1,6} +")
# Inline code, or bold without a star inside; neither crosses a line, and no part can be read two ways.
_SPAN = re.compile(r"`([^`]{1,300})`|\*\*([^*]{1,300})\*\*")


def solution_text(markdown: str) -> str:
    """Write a solution so that it can stand anywhere in an issue."""
    blocks: list[str] = []
    code: list[str] | None = None
    closing = ""
    for line in cut_middle(clean(markdown), MAX_SOLUTION_CHARS).split("\n"):
        opening = _FENCE.match(line)
        if code is not None:
            if line.strip() and line.strip().startswith(closing) and not line.strip().strip(closing[0]):
                blocks.append(fence("\n".join(code)))
                code = None
            else:
                code.append(line)
        elif opening:
            code, closing = [], opening.group(1)
        else:
            blocks += _prose_line(line)
    if code is not None:
        blocks.append(fence("\n".join(code)))
    return _joined(blocks)


def solution_line(markdown: str) -> str:
    """Write a solution of one line so that it can stand within a sentence."""
    return _spans(clean(markdown))


def _joined(blocks: list[str]) -> str:
    """Join lines and code blocks; one blank line is as good as many."""
    kept = [block for at, block in enumerate(blocks) if block or (at and blocks[at - 1])]
    return "\n".join(kept).strip("\n")


def _prose_line(line: str) -> list[str]:
    item = _LIST_ITEM.match(line)
    if item:
        content = _spans(line[item.end() :])
        # A dash alone would make a heading of the line above it.
        return [f"{item.group(1)}{item.group(2)} {content}" if content else ""]
    heading = _HEADING.match(line)
    if heading:
        return ["", _bold(line[heading.end() :]), ""]
    return [_spans(line)]


def _spans(text: str) -> str:
    """Rewrite bold and inline code, and make the text between them plain."""
    written = ""
    end = 0
    for match in _SPAN.finditer(text):
        span = code_span(match.group(1)) if match.group(1) else _bold(match.group(2))
        written = _after(_after(written, _plain(text[end : match.start()])), span)
        end = match.end()
    return _after(written, _plain(text[end:])).strip()


def _bold(text: str) -> str:
    prose = inline(text, _MAX_LINE_CHARS)
    return f"**{prose}**" if prose else ""


def _after(written: str, part: str) -> str:
    """Join two parts; two runs of backticks that touched would become one, and mean something else."""
    return f"{written} {part}" if written.endswith("`") and part.startswith("`") else written + part


def _plain(text: str) -> str:
    """Keep the white space at both ends, which stands between two spans."""
    before = " " if text[:1].isspace() else ""
    after = " " if text.strip() and text[-1:].isspace() else ""
    return before + inline(text, _MAX_LINE_CHARS) + after
