"""Reports of the C and C++ sanitizers (https://clang.llvm.org/docs/AddressSanitizer.html)."""

import re
from collections.abc import Sequence

from issue_intelligence.core.investigate.stack_traces.below_head import is_foreign
from issue_intelligence.core.investigate.stack_traces.causes import conclude
from issue_intelligence.core.investigate.stack_traces.language import Link, ParsedTrace, TraceRow
from issue_intelligence.core.model.logs import StackFrame

_HEAD = re.compile(
    r"(?<!SUMMARY: )(?P<tool>\b\w{1,30}Sanitizer):? ?(?P<name>[\w-]{1,60}(?: [a-z][\w-]{1,40}){0,4})?(?"
    r"P<message>[^\n]{0,600})"
)
_UNDEFINED = re.compile(
    r"(?P<file>\S[^\n:]{0,300}):(?P<line>\d{1,9}):\d{1,9}: runtime error: (?P<message>[^\n]{1,600})"
)
_FRAME = re.compile(
    r"\s{0,12}#\d{1,4} {1,3}(?:0x[0-9a-f]{1,16} )?(?:in )?(?P<function>[^\n]{1,600}?) {1,2}"
    r"(?:at )?(?:\(?(?P<file>(?:/|\.{1,2}/|[A-Za-z]:\\|<null>"
    r"|\w)[^\s()\n]{0,400}?)(?::(?P<line>\d{1,9}))?(?::\d{1,9})?(?:\+0x[0-9a-f]{1,16})?\)?)"
    r"(?: \(BuildId: [0-9a-f]{1,64}\))?(?: \([^()\n]{1,200}\+0x[0-9a-f]{1,16}\))?\s{0,8}$"
)
_RULE = re.compile(r"\s{0,4}={10,}\s{0,4}$")
_END = re.compile(r"(?:==\d{1,10}== ?)?ABORTING\s{0,4}$")
_SUMMARY = re.compile(r"SUMMARY: \w{1,30}Sanitizer: ")
_BELOW = re.compile(
    r"\s{0,8}(?:Shadow bytes|=>0x|0x[0-9a-f]{6,16}: |Shadow byte legend|Addressable:|Partially|Heap "
    r"|Stack |Global |Freed |Container |Array |Intra |ASan |Left |Right |Shadow gap|Poisoned )"
    r"|==\d{1,10}==\s?(?:HINT|Hint|Register|The signal|NOTE|The address|ABORTING)"
)
_LIBRARY = re.compile(
    r"(?:/usr/|/lib\d{0,2}/|/build/(?:glibc|gcc|llvm)|/build/\w{1,20}/lib|\.\./sysdeps|\./(?:nptl|csu"
    r"|stdlib)/|<null>)|.{0,300}?(?:/compiler-rt/|/libsanitizer/|/include/c\+\+/|\.so(?:\.\d|$|\+)"
    r"|/third_party/|/_deps/|/vcpkg|/conan)"
)
_INTERCEPTOR = re.compile(
    r"(?:__interceptor_\w|operator (?:new|delete)|_*(?:asan|tsan|ubsan|msan|lsan|libc_start\w{0,20})_"
    r"|std::|__gnu_cxx|_start$|malloc$|free$|calloc$|realloc$|mem(?:cpy|set|move|cmp)$|str\w{1,8}$)"
)
_MAX_ROWS = 300
_MAX_FOREIGN_ROWS = 10


class SanitizerTraces:
    """Reads a report from its first line to its summary; the frames are those of its first stack."""

    def starts_at(self, rows: Sequence[TraceRow], position: int) -> bool:
        text = rows[position].text
        if "Sanitizer" in text:
            return _HEAD.search(text, 0, 400) is not None
        return ": runtime error: " in text and _UNDEFINED.search(text, 0, 400) is not None

    def read(self, rows: Sequence[TraceRow], position: int, free_from: int) -> ParsedTrace | None:
        text = rows[position].text
        head = _HEAD.search(text, 0, 400)
        undefined = None if head else _UNDEFINED.search(text, 0, 400)
        link = _undefined_link(undefined) if undefined else _link(head)
        start = position
        if head is not None and position > free_from and _RULE.match(rows[position - 1].text):
            start = position - 1
        end, frames = _read_report(rows, position + 1, is_ruled=start < position)
        first, is_open = [], True
        for frame in frames:
            is_open = is_open and frame is not None
            if is_open and frame is not None:
                first.append(frame)
        if undefined is None or first:
            link.frames = first or [frame for frame in frames if frame is not None]
        return conclude("cpp", [link], [*range(start, position + 1), *end])


def _link(match: re.Match[str] | None) -> Link:
    if match is None:
        return Link(exception="", message="")
    words = (match["name"] or "").split()
    # "heap-use-after-free on address", "data race", "detected memory leaks", "SEGV on unknown address".
    kept: list[str] = []
    for word in words:
        if word in ("on", "in", "at", "of", "by", "for"):
            break
        if word != "detected":
            kept.append(word)
    return Link(
        exception=" ".join(kept) or match["tool"], message=f"{match['name'] or ''}{match['message']}".strip()
    )


def _undefined_link(match: re.Match[str]) -> Link:
    file, line = match["file"], int(match["line"])
    own = StackFrame(function="", file=file, line=line, in_app=_LIBRARY.match(file) is None)
    return Link(exception="runtime error", message=match["message"].strip(), frames=[own])


def _read_report(
    rows: Sequence[TraceRow], first: int, *, is_ruled: bool
) -> tuple[list[int], list[StackFrame | None]]:
    """Answer the rows up to the end of the report, and its frames with None between two stacks."""
    frames: list[StackFrame | None] = []
    kept: list[int] = []
    pending: list[int] = []
    is_summed = False
    for at in range(first, min(len(rows), first + _MAX_ROWS)):
        text = rows[at].text
        if is_foreign(rows[at], rows[first - 1]):
            continue
        match = _FRAME.match(text) if "#" in text[:16] else None
        if match is not None and not is_summed:
            frames.append(_frame(match))
        elif _SUMMARY.search(text):
            is_summed = True
        elif _END.match(text) or (is_summed and is_ruled and _RULE.match(text)):
            return [*kept, *pending, at], frames
        elif is_summed:
            if not _BELOW.match(text):
                pending.append(at)
                if len(pending) > 3:
                    break
                continue
        else:
            if rows[at].is_record and not rows[at].is_dressed_like(rows[first - 1]):
                continue
            pending.append(at)
            if frames and frames[-1] is not None:
                frames.append(None)
            if (
                len(pending) > _MAX_FOREIGN_ROWS
                or _HEAD.search(text, 0, 400)
                or _UNDEFINED.search(text, 0, 400)
            ):
                break
            continue
        kept += [*pending, at]
        pending = []
    return kept, frames


def _frame(match: re.Match[str]) -> StackFrame:
    function, file = match["function"], match["file"]
    is_library = _LIBRARY.match(file) or _INTERCEPTOR.match(function)
    line = None if match["line"] is None else int(match["line"])
    return StackFrame(function=function, file=file, line=line, in_app=not is_library)
