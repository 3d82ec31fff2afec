"""Stack traces of V8: Node.js, TypeScript, and browsers of that family.

The form is described at https://v8.dev/docs/stack-trace-api: a head "TypeError: text", then frames
"    at f (file:line:column)".
"""

import re
from collections.abc import Sequence

from issue_intelligence.core.investigate.stack_traces.below_head import HeadedTraces, is_cut_frame, is_foreign
from issue_intelligence.core.investigate.stack_traces.causes import conclude
from issue_intelligence.core.investigate.stack_traces.frames import is_in_app
from issue_intelligence.core.investigate.stack_traces.language import Link, ParsedTrace, TraceRow
from issue_intelligence.core.investigate.stack_traces.names import named_by_ending, named_by_shape
from issue_intelligence.core.model.logs import StackFrame

_FRAME = re.compile(
    r"\s{0,40}(?:eval )?at (?:async )?"
    r"(?:(?P<function>[^()\n]{1,300}?|eval)(?P<space> ?)\((?P<place>[^\n]{1,1000})\)"
    r"|(?P<bare>[^\s(][^\n]{0,1000}:\d{1,9}:\d{1,9}|<anonymous>))"
    r"(?P<opens> \{)?,?\s{0,40}$"
)
_PLACE = re.compile(r"(?P<file>.{1,900}):(?P<line>\d{1,9}):\d{1,9}$")
_PLACE_WITHOUT_LINE = re.compile(r"native|<anonymous>|index \d{1,9}|unknown location|eval at .{1,900}")
# A frame without a place, as some browsers write it; a frame only among others.
_PLACELESS = re.compile(r"\s{0,40}at (?P<function>[\w$.<>]{1,300}(?: \[as [\w$.]{1,200}\])?)\s{0,40}$")
_CARET = re.compile(r"\s{0,400}\^{1,400}\s{0,40}$")
_CAUSE = re.compile(
    r"\s{0,40}(?:\[?(?:cause|errors)\]?: |Caused by: |From previous event:|-{3} original ---|caused by: )"
)
_FILLER = re.compile(
    r"\s{0,40}(?:\.\.\. \d{1,5} lines matching cause stack trace \.\.\.|-{3,} async -{3,})\s{0,8}$"
)
_CARET_ROWS = 4
_MAX_DUMP_ROWS = 60
_ON_THE_SERVER = re.compile(r"^(?:node:|internal/|/|[A-Za-z]:[\\/])|\(rsc\)")
_IN_A_BROWSER = re.compile(r"^(?:https?:|webpack|blob:|app:///|capacitor:|chrome-extension:)")


class NodejsTraces(HeadedTraces):
    language = "nodejs"

    def frame(self, text: str) -> StackFrame | None:
        return read_frame(text) if "at " in text[:48] else None

    def head(self, text: str) -> tuple[str, str] | None:
        return named_by_ending(text)

    def near_head(self, text: str) -> tuple[str, str] | None:
        return named_by_ending(text) or named_by_shape(text)

    def cause(self, text: str) -> Link | None:
        match = _CAUSE.match(text)
        if match is None:
            return None
        rest = text[match.end() :].strip().removesuffix("{").strip()
        named = named_by_ending(rest) or named_by_shape(rest)
        return Link(exception=named[0] if named else "", message=named[1] if named else rest)

    def filler(self, text: str) -> bool:
        return _FILLER.match(text) is not None or _placeless_frame(text) is not None or is_cut_frame(text)

    def is_last(self, text: str) -> bool:
        return text.rstrip().endswith("{")

    def _without_head(
        self, rows: Sequence[TraceRow], first_frame: int, lowest: int
    ) -> tuple[int, list[Link]]:
        above = first_frame - 1
        if above >= lowest and rows[above].text.strip() and self._may_head(rows[above], rows[first_frame]):
            # The head is a message without a class, as `console.trace` and custom `stack` texts have it.
            return above, [Link(exception="Error", message=rows[above].text.strip())]
        return first_frame, [Link(exception="Error", message="")]

    def _read_head(
        self, rows: Sequence[TraceRow], first_frame: int, free_from: int
    ) -> tuple[int, list[Link]]:
        start, links = super()._read_head(rows, first_frame, free_from)
        return _above_excerpt(rows, start, max(free_from, start - _CARET_ROWS, 0)), links

    def finish(self, links: list[Link], taken: list[int], rows: Sequence[TraceRow]) -> ParsedTrace:
        """Take in the properties that Node.js prints behind the frames."""
        last = taken[-1]
        if rows[last].text.rstrip().endswith("{"):
            taken += _read_dump(self, rows, last + 1, links)
        files = [frame.file for link in links for frame in link.frames]
        is_server = any(_ON_THE_SERVER.search(file) for file in files)
        is_browser = not is_server and any(_IN_A_BROWSER.search(file) for file in files)
        return conclude("javascript" if is_browser else self.language, links, taken)


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


def _above_excerpt(rows: Sequence[TraceRow], head: int, lowest: int) -> int:
    """Take in what Node.js prints above an uncaught exception: place, code, caret, blank."""
    caret = head - 2
    if caret - 2 >= lowest and not rows[head - 1].text.strip() and _CARET.match(rows[caret].text):
        return caret - 2
    return head


def _read_dump(form: NodejsTraces, rows: Sequence[TraceRow], position: int, links: list[Link]) -> list[int]:
    """Read the properties that Node.js prints behind the frames, "{ code: 'X', [cause]: Error ... }"."""
    depth = 1
    causes: list[Link] = []
    for at in range(position, min(len(rows), position + _MAX_DUMP_ROWS)):
        if is_foreign(rows[at], rows[position - 1]):
            continue
        text = rows[at].text.strip()
        if (cause := form.cause(text)) is not None:
            causes.append(cause)
        elif (frame := read_frame(text)) is not None:
            (causes or links)[-1].frames.append(frame)
        if text.endswith(("{", "[")):
            depth += 1
        elif text.startswith(("}", "]")):
            depth -= 1
        if depth == 0:
            links += causes
            return [row for row in range(position, at + 1) if not is_foreign(rows[row], rows[position - 1])]
    return []
