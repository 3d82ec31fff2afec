"""What a language's reader of stack traces gets and gives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from issue_intelligence.core.model.logs import LogLevel, StackFrame


# Nobody changes one. Not frozen, since every line of a log has one, and frozen ones take thrice as long.
@dataclass(slots=True)
class TraceRow:
    """One physical row: a line's message, or a part of it where it holds several rows."""

    # Position of the line in the sequence that is analysed, from 0.
    index: int
    text: str
    # The line tells by level, fields or another time than the line above that it is a record of its own.
    is_record: bool
    # The line has neither time nor level: it continues what stands above.
    is_bare: bool
    level: LogLevel = LogLevel.UNKNOWN

    def is_dressed_like(self, other: "TraceRow") -> bool:
        """Say whether both came with a time and a level, or both without: rows of one record mostly do."""
        return self.is_bare == other.is_bare and self.level is other.level


@dataclass(slots=True, kw_only=True)
class Link:
    """One exception of a chain, as it is being read."""

    exception: str
    message: str
    # Innermost call first.
    frames: list[StackFrame] = field(default_factory=list)
    # It came beside the chain and caused nothing: a suppressed exception, a member of a group.
    is_aside: bool = False


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
    # The chain of exceptions, outermost first and root cause last; empty when there is only one.
    chain: tuple[Link, ...] = ()


class TraceLanguage(Protocol):
    """Reads the traces of one language."""

    def starts_at(self, rows: Sequence[TraceRow], position: int) -> bool:
        """Say, cheaply, whether the row is the sign by which a trace is noticed."""
        ...

    def read(self, rows: Sequence[TraceRow], position: int, free_from: int) -> ParsedTrace | None:
        """Read the trace noticed at the position; rows before `free_from` belong to another one."""
        ...
