"""What a language's reader of stack traces gets and gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from issue_intelligence.core.model.logs import StackFrame


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One physical row: a line's message, or a part of it where it holds several rows."""

    # Position of the line in the sequence that is analysed, from 0.
    index: int
    text: str
    # The line tells by level, fields or another time than the line above that it is a record of its own.
    is_record: bool
    # The line has neither time nor level: it continues what stands above.
    is_bare: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedTrace:
    """One trace as its language reads it."""

    language: str
    # "" where the log holds frames only.
    exception: str
    message: str
    # Innermost call first, whatever the order in the log; the frames of causes behind those of the exception.
    frames: tuple[StackFrame, ...]
    # Positions of the rows that belong to it, ascending; rows of others in between are not among them.
    rows: tuple[int, ...]


class TraceLanguage(Protocol):
    """Reads the traces of one language."""

    def starts_at(self, rows: Sequence[TraceRow], position: int) -> bool:
        """Say, cheaply, whether the row is the sign by which a trace is noticed."""
        ...

    def read(self, rows: Sequence[TraceRow], position: int, free_from: int) -> ParsedTrace | None:
        """Read the trace noticed at the position; rows before `free_from` belong to another one."""
        ...
