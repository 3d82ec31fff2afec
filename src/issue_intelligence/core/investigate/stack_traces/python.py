"""Stack traces of Python, with their chains of causes (https://docs.python.org/3/library/traceback.html)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from issue_intelligence.core.investigate.stack_traces.below_head import is_foreign
from issue_intelligence.core.investigate.stack_traces.causes import conclude
from issue_intelligence.core.investigate.stack_traces.frames import is_in_app
from issue_intelligence.core.investigate.stack_traces.language import Link, ParsedTrace, TraceRow
from issue_intelligence.core.model.logs import StackFrame

_START = "Traceback (most recent call last):"
_FILE = re.compile(
    r'\s{0,40}File "(?P<file>[^"\n]{1,1000})", line (?P<line>\d{1,9})(?:, in (?P<function>[^\n]{1,300}))?'
    r"\s{0,40}$"
)
_EXCEPTION = re.compile(
    r"(?P<name>(?:\w{1,100}\.){0,12}[A-Z]\w{0,120}|(?:\w{1,100}\.){1,12}\w{1,120})"
    r"(?::(?: (?P<message>.*))?|\s*)$",
    re.DOTALL,
)
_CHAIN = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)
_REPEATED = re.compile(r"\s*\[Previous line repeated \d{1,9} more times?\]|\s*[~^][~^ ]*$")
# Exception groups draw a tree: "  | ", "  +-+---------------- 1 ----------------".
_TREE = re.compile(r"^\s{0,60}(?:\||\+-?)(?: |-|\+)")
_TREE_ART = re.compile(r"^\s{0,60}[+|](?:[ +|-]{0,60}-{3,}(?: \d{1,4} -{3,})?)?\s*$")
_GROUP = "+ Exception Group Traceback (most recent call last):"
_LEVEL = re.compile(r"\[[A-Z]{3,10}\] ")
_MAX_GROUP_ROWS = 400
_MAX_BETWEEN_ROWS = 24
_MAX_FOREIGN_ROWS = 10
_MAX_MESSAGE_ROWS = 20


@dataclass(slots=True)
class _Part:
    """One traceback of a chain."""

    frames: list[StackFrame] = field(default_factory=list)
    exception: str = ""
    message: str = ""
    rows: list[int] = field(default_factory=list)
    # The position behind it.
    end: int = 0


class PythonTraces:
    """Reads Python's tracebacks; the exception of a chain is the last, which nobody caught."""

    def starts_at(self, rows: Sequence[TraceRow], position: int) -> bool:
        text = rows[position].text
        # A trace that lost its start begins with any of its frames.
        return _START in text or ('File "' in text[:60] and _FILE.match(_untree(text)) is not None)

    def read(self, rows: Sequence[TraceRow], position: int, free_from: int) -> ParsedTrace | None:
        if position < free_from:
            return None
        if _GROUP in rows[position].text:
            return _read_group(rows, position)
        parts = [_read_part(rows, position)]
        while (following := _next_in_chain(rows, parts[-1].end)) is not None:
            between = range(parts[-1].end, following)
            parts[-1].rows += (at for at in between if not is_foreign(rows[at], rows[position]))
            parts.append(_read_part(rows, following))
        last = parts[-1]
        if not last.exception and position > free_from:
            _take_head_above(last, rows, position)
        if not last.exception and not any(part.frames for part in parts):
            return None
        links = [
            Link(exception=part.exception, message=part.message, frames=part.frames[::-1])
            for part in reversed(parts)
        ]
        return conclude("python", links, (row for part in parts for row in part.rows))


def _read_part(rows: Sequence[TraceRow], start: int) -> _Part:
    is_cut = _START not in rows[start].text
    part = _Part(rows=[] if is_cut else [start], end=start if is_cut else start + 1)
    base = 0 if is_cut else _indentation(rows[start].text)
    at = part.end
    while at < len(rows):
        text = _untree(rows[at].text)
        found = _FILE.match(text)
        if found is not None:
            part.frames.append(_frame(found))
            at = _take(part, at, _code_behind(rows, at))
        elif _REPEATED.match(text) or _TREE_ART.match(rows[at].text):
            at = _take(part, at, at + 1)
        elif _START in text:
            break
        elif part.frames and _is_code_apart(rows, at, part.rows[-1]):
            at = _take(part, at, at + 1)
        elif (exception := _EXCEPTION.match(text.strip())) and _indentation(rows[at].text) <= base:
            part.exception, part.message = exception["name"], (exception["message"] or "").strip()
            end = _message_end(rows, at)
            more = "\n".join(row.text for row in rows[at + 1 : end]).rstrip()
            part.message = f"{part.message}\n{more}".strip() if more else part.message
            _take(part, at, end)
            break
        else:
            following = _next_file(rows, at)
            if following is None:
                break
            at = following
    return part


def _take_head_above(part: _Part, rows: Sequence[TraceRow], position: int) -> None:
    """Take the exception from the row above, where AWS Lambda writes it."""
    match = _EXCEPTION.match(_LEVEL.sub("", rows[position - 1].text.strip()))
    if match is not None and part.frames:
        part.exception, part.message = match["name"], (match["message"] or "").strip()
        part.rows.append(position - 1)


def _take(part: _Part, start: int, end: int) -> int:
    part.rows += range(start, end)
    part.end = end
    return end


def _frame(match: re.Match[str]) -> StackFrame:
    file = match["file"]
    return StackFrame(
        function=match["function"] or "<module>", file=file, line=int(match["line"]), in_app=is_in_app(file)
    )


def _code_behind(rows: Sequence[TraceRow], file_at: int) -> int:
    """Find the end of the source lines below a "File" row: a line of code, and marks under it."""
    file_text = rows[file_at].text
    at = file_at + 1
    if at < len(rows) and _is_code(rows[at].text, file_text):
        at += 1
    while at < len(rows) and _REPEATED.match(_untree(rows[at].text)):
        at += 1
    return at


def _is_code(text: str, file_text: str) -> bool:
    if not text.strip() or _FILE.match(text) or _START in text:
        return False
    if _indentation(text) > _indentation(file_text):
        return True
    # Some shippers strip the indentation; then whatever is not the exception is code.
    return _indentation(file_text) == 0 and _EXCEPTION.match(text.strip()) is None


def _message_end(rows: Sequence[TraceRow], head: int) -> int:
    """Find the end of a longer message: indented rows; any up to the next record where records have times."""
    records_have_times = rows[head].is_bare and any(
        not row.is_bare for row in rows[max(0, head - 200) : head]
    )
    at = head + 1
    while at < len(rows) and at <= head + _MAX_MESSAGE_ROWS:
        row = rows[at]
        if row.is_record or not row.text.strip() or _START in row.text or row.text.strip() in _CHAIN:
            break
        if not (records_have_times and row.is_bare) and _indentation(row.text) == 0:
            break
        at += 1
    return at


def _next_in_chain(rows: Sequence[TraceRow], position: int) -> int | None:
    """Find the traceback that a sentence of chaining joins to the one before."""
    joined = False
    for at in range(position, min(len(rows), position + _MAX_BETWEEN_ROWS)):
        text = _untree(rows[at].text).strip()
        if text in _CHAIN:
            joined = True
        elif _START in text:
            return at if joined else None
        elif joined and text and not is_foreign(rows[at], rows[position - 1]):
            return None
        elif text and _is_apart(rows[at], rows[position - 1]):
            # Only rows of others, or of a message of several rows, may stand before the sentence.
            return None
    return None


def _is_apart(row: TraceRow, last: TraceRow) -> bool:
    return row.is_record and not row.is_dressed_like(last) and not is_foreign(row, last)


def _is_code_apart(rows: Sequence[TraceRow], at: int, last: int) -> bool:
    """Say whether the row is the source line of a frame from which rows of others parted it."""
    if at == last + 1 or (rows[at].is_record and not rows[at].is_dressed_like(rows[last])):
        return False
    return _FILE.match(rows[last].text) is not None and _indentation(rows[at].text) > _indentation(
        rows[last].text
    )


def _read_group(rows: Sequence[TraceRow], position: int) -> ParsedTrace | None:
    """Read an exception group: all rows with a margin; its members stand aside of it."""
    links = [Link(exception="", message="")]
    taken = [position]
    at = position + 1
    while at < min(len(rows), position + _MAX_GROUP_ROWS):
        row = rows[at]
        if _GROUP in row.text:
            break
        if not (_TREE.match(row.text) or _TREE_ART.match(row.text)):
            if is_foreign(row, rows[position]) and at + 1 < len(rows):
                at += 1
                continue
            break
        text = _untree(row.text)
        if links[-1].exception and (_TREE_ART.match(row.text) or _START in text):
            if _TREE_ART.match(row.text) is None or "- " in row.text:
                links.append(Link(exception="", message="", is_aside=True))
        elif (found := _FILE.match(text)) is not None:
            links[-1].frames.insert(0, _frame(found))
        elif not links[-1].exception and (named := _EXCEPTION.match(text.strip())) and text[:1] != " ":
            links[-1].exception, links[-1].message = named["name"], (named["message"] or "").strip()
        taken.append(at)
        at += 1
    told = [link for link in links if link.exception or link.frames]
    return conclude("python", told, taken) if told else None


def _next_file(rows: Sequence[TraceRow], position: int) -> int | None:
    """Find where the traceback goes on behind a few rows of others."""
    for at in range(position, min(len(rows), position + _MAX_FOREIGN_ROWS)):
        text = rows[at].text
        if _START in text:
            return None
        if _FILE.match(text):
            return at
    return _next_exception(rows, position)


def _next_exception(rows: Sequence[TraceRow], position: int) -> int | None:
    for at in range(position + 1, min(len(rows), position + _MAX_FOREIGN_ROWS)):
        match = _EXCEPTION.match(rows[at].text)
        if match is not None and match["name"].endswith(
            ("Error", "Exception", "Exit", "Interrupt", "Warning")
        ):
            return at
    return None


def _untree(text: str) -> str:
    match = _TREE.match(text)
    return text if match is None else text[match.end() :]


def _indentation(text: str) -> int:
    text = _untree(text)
    return len(text) - len(text.lstrip())
