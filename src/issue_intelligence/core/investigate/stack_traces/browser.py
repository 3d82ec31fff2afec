"""Stack traces of Firefox and Safari: "f@https://shop.example/app.js:1:2"
(https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Error/stack)."""

import re
from collections.abc import Sequence

from issue_intelligence.core.investigate.stack_traces.below_head import HeadedTraces
from issue_intelligence.core.investigate.stack_traces.frames import is_in_app
from issue_intelligence.core.investigate.stack_traces.language import Link, TraceRow
from issue_intelligence.core.investigate.stack_traces.names import named_by_ending, named_by_shape
from issue_intelligence.core.model.logs import StackFrame

_FRAME = re.compile(
    r"\s{0,40}(?P<function>[^@\n]{0,300}?)@(?P<file>(?:[a-z][a-z-]{1,20}:/{2,3}|webpack:|/"
    r"|blob:)[^\n]{1,900}?)"
    r"(?: line \d{1,6} > (?:eval|Function|injectedScript))?(?::(?P<line>\d{1,9}))?(?::\d{1,9})?\s{0,20}$"
)
_NATIVE = re.compile(r"\s{0,40}(?P<function>[^@\n]{0,200})@\[native code\]\s{0,20}$")
_UNPLACED = re.compile(
    r"\s{0,40}(?:\[native code\]|(?:global|eval|module) code|async\*.{1,200}"
    r"|promise callback\*.{1,300})\s{0,20}$"
)


class BrowserTraces(HeadedTraces):
    language = "javascript"

    def frame(self, text: str) -> StackFrame | None:
        if "@" not in text[:320]:
            return None
        native = _NATIVE.match(text)
        if native is not None:
            return StackFrame(function=native["function"], file="[native code]", line=None, in_app=False)
        match = _FRAME.match(text)
        if match is None or match["line"] is None:
            return None
        function = re.sub(
            r"^(?:async\*|promise callback\*|setTimeout handler\*|global code$)", "", match["function"]
        )
        if function.count(" ") > 1:
            return None
        file = match["file"]
        return StackFrame(function=function, file=file, line=int(match["line"]), in_app=_is_own(file))

    def head(self, text: str) -> tuple[str, str] | None:
        return named_by_ending(text)

    def near_head(self, text: str) -> tuple[str, str] | None:
        return named_by_ending(text) or named_by_shape(text)

    def filler(self, text: str) -> bool:
        return _UNPLACED.match(text) is not None

    def _without_head(
        self, _rows: Sequence[TraceRow], first_frame: int, _lowest: int
    ) -> tuple[int, list[Link]]:
        return first_frame, [Link(exception="Error", message="")]


def _is_own(file: str) -> bool:
    if re.search(r"(?:moz|safari-web|safari|webkit-masked)-extension:|^(?:resource|chrome):", file):
        return False
    return is_in_app(file)
