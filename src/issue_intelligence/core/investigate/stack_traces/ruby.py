"""Stack traces of Ruby, in both orders (https://docs.ruby-lang.org/en/master/Exception.html#method-i-full_message)."""

import re
from collections.abc import Sequence

from issue_intelligence.core.investigate.stack_traces.below_head import HeadedTraces
from issue_intelligence.core.investigate.stack_traces.causes import conclude
from issue_intelligence.core.investigate.stack_traces.language import Link, ParsedTrace, TraceRow
from issue_intelligence.core.investigate.stack_traces.names import named_by_ending, named_by_shape
from issue_intelligence.core.model.logs import StackFrame

_PLACE = r"(?P<file>[^\s:][^:\n]{0,400}|<internal:[^>\n]{1,100}>|[A-Za-z]:[^:\n]{1,400}):(?P<line>\d{1,9})"
_FRAME = re.compile(
    rf"\s{{0,40}}(?:(?P<number>\d{{1,6}}): )?(?:from )?(?:↳ "
    rf"|↳)?{_PLACE}:in [`'](?P<function>[^\n]{{1,300}}?)'\s{{0,20}}$"
)
# "app.rb:5:in 'total': divided by 0 (ZeroDivisionError)", the head of what the interpreter prints.
_HEAD = re.compile(
    rf"\s{{0,8}}{_PLACE}:(?:in [`'](?P<function>[^'\n]{{1,300}})': )? ?(?P<message>.{{0,1000}}?) ?"
    r"\((?P<name>[A-Z]\w{0,80}(?:::[A-Z]\w{0,80}){0,8})\)\s{0,8}$"
)
# Rails: "NoMethodError (undefined method `x' for nil):".
_RAILS_HEAD = re.compile(
    r"\s{0,8}(?:\[[^\]\n]{1,100}\] {0,4}){0,4}(?P<name>[A-Z]\w{0,80}(?:::[A-Z]\w{0,80}){0,8}) \((?P<mes"
    r"sage>.{0,2000}?)\)?:?\s{0,8}$"
)
_CAUSE = re.compile(r"\s{0,8}(?:Caused by:?|Causes:)\s{0,4}")
_FILLER = re.compile(r"\s{0,40}\.\.\. \d{1,6} levels\.\.\.\s{0,8}$")
_PREFACE = re.compile(r"(?:rake|rails) aborted!\s{0,4}$|bundler: failed to load command: .{1,200}$")
_REVERSED = re.compile(r"Traceback \(most recent call last\):\s{0,4}$")
_LIBRARY = re.compile(
    r"<internal:|\(eval|\(irb\)|<main>|bin/|-e$"
    r"|.{0,400}?(?:/gems/|/rubygems/|/lib/ruby/|/vendor/bundle/|/usr/(?:local/)?(?:lib|bin|bundle)/"
    r"|/bundler/|/\.rbenv/|/\.rvm/|/bin/\w{1,30}$)"
    r"|[\w-]{1,80} \(\d[\w.-]{0,40}\) "
)


class RubyTraces(HeadedTraces):
    language = "ruby"

    def starts_at(self, rows: Sequence[TraceRow], position: int) -> bool:
        text = rows[position].text
        if ":in " not in text:
            return _REVERSED.match(text) is not None and self._is_reversed_below(rows, position)
        return _FRAME.match(text) is not None

    def frame(self, text: str) -> StackFrame | None:
        match = _FRAME.match(text) if ":in " in text else None
        return None if match is None else _frame(match)

    def head(self, text: str) -> tuple[str, str] | None:
        match = _HEAD.match(text) if text.rstrip().endswith(")") else None
        if match is not None:
            return match["name"], match["message"]
        return named_by_ending(text)

    def near_head(self, text: str) -> tuple[str, str] | None:
        return self.head(text) or _rails(text) or named_by_shape(text)

    def cause(self, text: str) -> Link | None:
        match = _CAUSE.match(text)
        if match is None:
            return None
        rest = text[match.end() :]
        named = _rails(rest) or named_by_shape(rest) or named_by_ending(rest)
        return Link(exception=named[0] if named else "", message=named[1] if named else rest.strip())

    def filler(self, text: str) -> bool:
        return _FILLER.match(text) is not None

    def preface(self, text: str) -> bool:
        return _PREFACE.match(text) is not None

    def read(self, rows: Sequence[TraceRow], position: int, free_from: int) -> ParsedTrace | None:
        if _REVERSED.match(rows[position].text):
            return self._read_reversed(rows, position)
        return super().read(rows, position, free_from)

    def _read_head(
        self, rows: Sequence[TraceRow], first_frame: int, free_from: int
    ) -> tuple[int, list[Link]]:
        start, links = super()._read_head(rows, first_frame, free_from)
        # Rails leaves a blank row between head and frames, and above it the head has a form of its own.
        if not links[0].exception:
            for at in range(first_frame - 1, max(free_from, first_frame - 6, 0) - 1, -1):
                named = _rails(rows[at].text)
                if named is not None and self._may_head(rows[at], rows[first_frame]):
                    return at, [Link(exception=named[0], message=named[1])]
        match = _HEAD.match(rows[start].text)
        if match is not None and start < first_frame:
            links[0].frames.append(_frame(match))
        return start, links

    def _is_reversed_below(self, rows: Sequence[TraceRow], position: int) -> bool:
        match = _FRAME.match(rows[position + 1].text) if position + 1 < len(rows) else None
        return match is not None and match["number"] is not None

    def _read_reversed(self, rows: Sequence[TraceRow], position: int) -> ParsedTrace | None:
        frames: list[StackFrame] = []
        taken = [position]
        exception = message = ""
        at = position + 1
        while at < len(rows):
            text = rows[at].text
            match = _FRAME.match(text)
            if match is not None:
                frames.append(_frame(match))
                taken.append(at)
            elif (head := _HEAD.match(text)) is not None:
                exception, message = head["name"], head["message"]
                frames.append(_frame(head))
                taken.append(at)
                break
            elif not rows[at].is_record or rows[at].is_dressed_like(rows[position]):
                break
            at += 1
        if not frames:
            return None
        link = Link(exception=exception, message=message, frames=frames[::-1])
        return conclude(self.language, [link], taken)


def _rails(text: str) -> tuple[str, str] | None:
    match = _RAILS_HEAD.match(text, 0, 2_200)
    return None if match is None else (match["name"], match["message"].strip())


def _frame(match: re.Match[str]) -> StackFrame:
    file = match["file"]
    return StackFrame(
        function=match["function"] or "",
        file=file,
        line=int(match["line"]),
        in_app=_LIBRARY.match(file) is None,
    )
