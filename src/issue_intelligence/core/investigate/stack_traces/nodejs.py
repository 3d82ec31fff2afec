"""Stack traces of V8: Node.js, TypeScript, and browsers of that family.

The form is described at https://v8.dev/docs/stack-trace-api: a head "TypeError: text", then frames
"    at f (file:line:column)".
"""

import re
from collections.abc import Sequence

from issue_intelligence.core.investigate.stack_traces.frames import is_in_app
from issue_intelligence.core.investigate.stack_traces.language import ParsedTrace, TraceRow
from issue_intelligence.core.model.logs import StackFrame

_FRAME = re.compile(
    r"\s{0,40}(?:eval )?at (?:async )?"
    r"(?:(?P<function>[^()\n]{1,300}?|eval)(?P<space> ?)\((?P<place>[^\n]{1,1000})\)"
    r"|(?P<bare>[^\s(][^\n]{0,1000}:\d{1,9}:\d{1,9}|<anonymous>))"
    r"(?P<opens> \{)?,?\s{0,40}$"
)
_PLACE = re.compile(r"(?P<file>.{1,900}):(?P<line>\d{1,9}):\d{1,9}$")
_PLACE_WITHOUT_LINE = re.compile(r"native|<anonymous>|index \d{1,9}|unknown location|eval at .{1,900}")
_NAME = r"[A-Za-z_$][\w$.]{0,120}"
_HEAD = re.compile(
    rf"(?<![\w$.])(?P<name>{_NAME}?(?:Error|Exception|Rejection|Failure|Fault|Timeout))"
    r"(?: \[[\w.]{1,80}\])?(?:: ?(?P<message>.*)|\s*$)",
    re.DOTALL,
)
# A class whose name does not end like an error's stands at the start of the row.
_BARE_HEAD = re.compile(
    r"\s{0,8}(?:Uncaught )?(?P<name>[A-Z][\w$]{1,80})(?: \[[\w.]{1,80}\])?(?:: (?P<message>.*)|\s*$)",
    re.DOTALL,
)
# A frame without a place, as some browsers write it; a frame only among others.
_PLACELESS = re.compile(r"\s{0,40}at (?P<function>[\w$.<>]{1,300}(?: \[as [\w$.]{1,200}\])?)\s{0,40}$")
_CARET = re.compile(r"\s*\^+\s*$")
_CAUSE = re.compile(r"\s*\[?(?:cause|errors)\]?: |\s*Caused by: ")
_MAX_HEAD_ROWS = 10
_MAX_FOREIGN_ROWS = 5
_MAX_DUMP_ROWS = 40


class NodejsTraces:
    """Reads V8's traces; noticed by their first frame, since a head alone is only a message."""

    def starts_at(self, rows: Sequence[TraceRow], position: int) -> bool:
        text = rows[position].text
        return "at " in text[:48] and read_frame(text) is not None

    def read(self, rows: Sequence[TraceRow], position: int, free_from: int) -> ParsedTrace | None:
        start, exception, message = _read_head(rows, position, free_from)
        frames, taken = _read_frames(rows, position)
        if not frames:
            return None
        return ParsedTrace(
            language="nodejs",
            exception=exception,
            message=message,
            frames=tuple(frames),
            rows=(*range(start, position), *taken),
        )


def read_frame(text: str) -> StackFrame | None:
    """Read one row as a frame; None when it is something else, such as Java's "at a.B.c(B.java:1)"."""
    match = _FRAME.match(text)
    if match is None:
        return None
    place = match["place"] or match["bare"]
    found = _PLACE.match(place)
    # Without a space before the parenthesis it is Java's or .NET's, unless a column is told.
    if found is None and (match["space"] == "" or _PLACE_WITHOUT_LINE.match(place) is None):
        return None
    # A frame of eval names its innermost place behind the last comma.
    file = place if found is None else found["file"]
    if file.startswith("eval at "):
        file = "<anonymous>"
    function = (match["function"] or "").removeprefix("async ").removeprefix("new ")
    line = None if found is None else int(found["line"])
    return StackFrame(function=function, file=file.removeprefix("file://"), line=line, in_app=is_in_app(file))


def _placeless_frame(text: str) -> StackFrame | None:
    match = _PLACELESS.match(text)
    return None if match is None else StackFrame(function=match["function"], file="", line=None, in_app=False)


def _read_head(rows: Sequence[TraceRow], first_frame: int, free_from: int) -> tuple[int, str, str]:
    """Find the nearest row above the first frame that names the exception; a long message stands between."""
    lowest = max(free_from, first_frame - _MAX_HEAD_ROWS, 0)
    for at in range(first_frame - 1, lowest - 1, -1):
        text = rows[at].text
        match = _HEAD.search(text) or (_BARE_HEAD.match(text) if at == first_frame - 1 else None)
        if match is not None:
            message = "\n".join([match["message"] or "", *(row.text for row in rows[at + 1 : first_frame])])
            return _above_excerpt(rows, at, lowest), match["name"], message.strip()
        # A record of its own above other rows has nothing to do with the frames.
        if rows[at].is_record and at < first_frame - 1:
            break
    if first_frame > lowest and rows[first_frame - 1].text.strip():
        # The head is a message without a class, as `console.trace` and custom `stack` texts have it.
        return first_frame - 1, "Error", rows[first_frame - 1].text.strip()
    return first_frame, "Error", ""


def _above_excerpt(rows: Sequence[TraceRow], head: int, lowest: int) -> int:
    """Take in what Node.js prints above an uncaught exception: place, code, caret, blank."""
    caret = head - 2
    if caret - 2 >= lowest and not rows[head - 1].text.strip() and _CARET.match(rows[caret].text):
        return caret - 2
    return head


def _read_frames(rows: Sequence[TraceRow], position: int) -> tuple[list[StackFrame], list[int]]:
    frames: list[StackFrame] = []
    taken: list[int] = []
    while position < len(rows):
        frame = read_frame(rows[position].text) or _placeless_frame(rows[position].text)
        if frame is not None:
            frames.append(frame)
            taken.append(position)
            if rows[position].text.rstrip().endswith("{"):
                inner, dump = _read_dump(rows, position + 1)
                frames += inner
                taken += dump
                break
            position += 1
            continue
        if frames and _CAUSE.match(rows[position].text) and _next_frame(rows, position + 1) == position + 1:
            taken.append(position)
            position += 1
            continue
        following = _next_frame(rows, position)
        if following is None:
            break
        position = following
    return frames, taken


def _read_dump(rows: Sequence[TraceRow], position: int) -> tuple[list[StackFrame], list[int]]:
    """Read the properties that Node.js prints behind the frames, "{ code: 'X', [cause]: Error ... }"."""
    depth = 1
    frames: list[StackFrame] = []
    for at in range(position, min(len(rows), position + _MAX_DUMP_ROWS)):
        text = rows[at].text.strip()
        if (frame := read_frame(text)) is not None:
            frames.append(frame)
        if text.endswith(("{", "[")):
            depth += 1
        elif text.startswith(("}", "]")):
            depth -= 1
        if depth == 0:
            return frames, list(range(position, at + 1))
    return [], []


def _next_frame(rows: Sequence[TraceRow], position: int) -> int | None:
    """Find the next frame behind a few rows of others; None when another trace begins there."""
    for at in range(position, min(len(rows), position + _MAX_FOREIGN_ROWS)):
        text = rows[at].text
        if read_frame(text) is not None:
            return at
        if _CAUSE.match(text):
            continue
        if _HEAD.search(text) or _BARE_HEAD.match(text) or not text.strip() or "Traceback" in text:
            return None
    return None
