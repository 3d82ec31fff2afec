"""Reads traces that name the exception first and below it the frames, one a row, innermost call first."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

from issue_intelligence.core.investigate.stack_traces.causes import conclude
from issue_intelligence.core.investigate.stack_traces.language import Link, ParsedTrace, TraceRow
from issue_intelligence.core.model.logs import LogLevel, StackFrame

MAX_HEAD_ROWS = 12
MAX_FOREIGN_ROWS = 10
_LEVELS_OF_HEADS = frozenset({LogLevel.UNKNOWN, LogLevel.WARNING, LogLevel.ERROR, LogLevel.FATAL})
_LEVELS_OF_ERRORS = frozenset({LogLevel.ERROR, LogLevel.FATAL})
_LEVELS_OF_NO_TROUBLE = frozenset({LogLevel.INFO, LogLevel.DEBUG})
_CUT_FRAME = re.compile(r"\s{1,40}at [\w$.<>/(][\w$.<>/:\\-]{0,300}(?:\([^()\n]{0,300})?$")

Named = tuple[str, str]


class HeadedTraces(ABC):
    """The walk that these languages share; each says what its rows look like.

    A trace is noticed by its first frame, since a head alone is only a message.
    """

    language = ""
    # As `conclude` takes it.
    by_root = False

    def starts_at(self, rows: Sequence[TraceRow], position: int) -> bool:
        return self.frame(rows[position].text) is not None

    @abstractmethod
    def frame(self, text: str) -> StackFrame | None:
        """Read a row as a frame; None when it is something else."""

    @abstractmethod
    def head(self, text: str) -> Named | None:
        """Read class and message from a row that names an exception for sure."""

    def near_head(self, text: str) -> Named | None:
        """Read class and message from a row that names an exception if frames follow at once."""
        return self.head(text)

    def cause(self, _text: str) -> Link | None:
        """Read a row that opens a further exception of the chain."""
        return None

    def filler(self, _text: str) -> bool:
        """Say whether the row belongs to a trace though it is no frame: "... 12 more"."""
        return False

    def ends_inner(self, _text: str) -> bool:
        """Say whether the frames below the row are of the exception one further out."""
        return False

    def is_last(self, _text: str) -> bool:
        """Say whether nothing of this walk follows the frame."""
        return False

    def preface(self, _text: str) -> bool:
        """Say whether the row belongs to the head that stands right below it."""
        return False

    def continues_up(self, _text: str) -> bool:
        """Say whether the row is a part of a message whose head stands further up."""
        return False

    def finish(self, links: list[Link], taken: list[int], _rows: Sequence[TraceRow]) -> ParsedTrace:
        return conclude(self.language, links, taken, by_root=self.by_root)

    def read(self, rows: Sequence[TraceRow], position: int, free_from: int) -> ParsedTrace | None:
        start, links = self._read_head(rows, position, free_from)
        first = rows[position]
        taken = [at for at in range(start, position) if not is_foreign(rows[at], first)]
        self._read_below(rows, position, links, taken)
        return self.finish(links, taken, rows)

    def _read_below(
        self, rows: Sequence[TraceRow], position: int, links: list[Link], taken: list[int]
    ) -> None:
        current, at = len(links) - 1, position
        while at < len(rows):
            text = rows[at].text
            frame = self.frame(text)
            if frame is not None:
                links[current].frames.append(frame)
                if self.is_last(text):
                    taken.append(at)
                    return
            elif self.ends_inner(text):
                current = max(0, current - 1)
            elif (cause := self.cause(text)) is not None:
                links.append(cause)
                current = len(links) - 1
                end = self._message_end(rows, at)
                cause.message = _joined(cause.message, rows[at + 1 : end])
                taken += range(at, end)
                at = end
                continue
            elif not self.filler(text):
                following = self._next_part(rows, at, rows[position])
                if following is None:
                    return
                at = following
                continue
            taken.append(at)
            at += 1

    def _read_head(
        self, rows: Sequence[TraceRow], first_frame: int, free_from: int
    ) -> tuple[int, list[Link]]:
        """Find the row above the first frame that names the exception; a long message stands between."""
        lowest = max(free_from, first_frame - MAX_HEAD_ROWS, 0)
        first = rows[first_frame]
        found: tuple[int, Named] | None = None
        is_sure = False
        highest_cause = None
        for at in range(first_frame - 1, lowest - 1, -1):
            row = rows[at]
            if is_foreign(row, first):
                continue
            is_near = all(is_foreign(between, first) for between in rows[at + 1 : first_frame])
            if self.cause(row.text) is not None:
                highest_cause = at
                continue
            sure = self.head(row.text)
            named = sure or (self.near_head(row.text) if is_near else None)
            if named is not None and self._may_head(row, first):
                found, is_sure = (at, named), sure is not None
                if is_sure and (at == lowest or not self.continues_up(rows[at - 1].text)):
                    break
            elif is_sure and not self.continues_up(row.text):
                break
            if found is not None and row.is_record and not row.is_dressed_like(first):
                break
            if self.frame(row.text) is not None:
                break
            # A record of its own above other rows has nothing to do with the frames.
            if row.is_record and not is_near and not row.is_dressed_like(rows[first_frame]):
                break
        if found is None and highest_cause is not None:
            return self._headed(rows, highest_cause, first_frame, None, lowest)
        if found is not None:
            return self._headed(rows, found[0], first_frame, found[1], lowest)
        return self._without_head(rows, first_frame, lowest)

    def _headed(
        self, rows: Sequence[TraceRow], head: int, first_frame: int, named: Named | None, lowest: int
    ) -> tuple[int, list[Link]]:
        links = [] if named is None else self.links_of(*named)
        for row in rows[head if named is None else head + 1 : first_frame]:
            if is_foreign(row, rows[first_frame]):
                continue
            cause = self.cause(row.text)
            if cause is not None:
                links.append(cause)
            elif not self.filler(row.text):
                links[-1].message = f"{links[-1].message}\n{row.text}"
        for link in links:
            link.message = link.message.strip()
        start = head
        while start > lowest and self.preface(rows[start - 1].text):
            start -= 1
        return start, links

    def links_of(self, exception: str, message: str) -> list[Link]:
        return [Link(exception=exception, message=message)]

    def _without_head(
        self, _rows: Sequence[TraceRow], first_frame: int, _lowest: int
    ) -> tuple[int, list[Link]]:
        return first_frame, [Link(exception="", message="")]

    def _may_head(self, row: TraceRow, frame: TraceRow) -> bool:
        return row.level in _LEVELS_OF_HEADS or row.is_dressed_like(frame)

    def _message_end(self, rows: Sequence[TraceRow], cause_at: int) -> int:
        """Find the first frame below the head of a cause; the row behind it when there is none near."""
        for at in range(cause_at + 1, min(len(rows), cause_at + MAX_HEAD_ROWS)):
            row = rows[at]
            if self.frame(row.text) is not None:
                return at
            if row.is_record and not row.is_dressed_like(rows[cause_at]):
                break
            if self.cause(row.text) is not None or self.ends_inner(row.text):
                break
        return cause_at + 1

    def _next_part(self, rows: Sequence[TraceRow], position: int, first: TraceRow) -> int | None:
        """Find where the trace goes on behind a few rows of others; None when another trace begins there."""
        is_past_blank = False
        for at in range(position, min(len(rows), position + MAX_FOREIGN_ROWS + 1)):
            text = rows[at].text
            if self.cause(text) is not None:
                return at
            if not text.strip():
                is_past_blank = True
                continue
            if self.frame(text) is not None or self.ends_inner(text) or self.filler(text):
                return None if is_past_blank or not rows[at].is_dressed_like(first) else at
            is_head = self.head(text) or (self._has_frame(rows, at + 1) and self._heads_here(rows[at], first))
            if is_head or "Traceback" in text:
                return None
        return None

    def _heads_here(self, row: TraceRow, frame: TraceRow) -> bool:
        if self.near_head(row.text) is None:
            return False
        return row.is_dressed_like(frame) or not row.is_record or row.level in _LEVELS_OF_ERRORS

    def _has_frame(self, rows: Sequence[TraceRow], at: int) -> bool:
        return at < len(rows) and self.frame(rows[at].text) is not None


def _joined(message: str, rows: Sequence[TraceRow]) -> str:
    return "\n".join([message, *(row.text for row in rows)]).strip()


def is_foreign(row: TraceRow, frame: TraceRow) -> bool:
    """Say whether the row stands among those of a trace and is another's: a record of no trouble."""
    return row.is_record and row.level in _LEVELS_OF_NO_TROUBLE and not row.is_dressed_like(frame)


def is_cut_frame(text: str) -> bool:
    """Say whether the row is what a cut left of a frame."""
    return _CUT_FRAME.match(text) is not None
