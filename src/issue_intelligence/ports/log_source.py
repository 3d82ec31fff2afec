"""Where logs come from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.logs import LogAnalysis, LogLine


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """Which lines are wanted: those of one service in [from_at, until_at]."""

    service: str
    from_at: datetime
    until_at: datetime
    # The newest lines win when there are more.
    limit: int
    # LogQL that selects the service's lines; "" when nobody knows its selector. Log files need none.
    selector: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogBatch:
    """Lines in the order of time, at most the limit."""

    lines: tuple[LogLine, ...]
    # There was more in the window than was read.
    truncated: bool
    # What was not read and why, for people; empty when all was read.
    notes: tuple[str, ...] = ()


class LogSource(Protocol):
    @property
    def description(self) -> str:
        """Name the source for people: "log files /var/log/shop/*.log"."""
        ...

    async def fetch(self, query: LogQuery) -> LogBatch:
        """Read the window. Raises TransientError or PermanentError; an empty window is an empty batch."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPlace:
    """Where the lines of a window lie, for people."""

    # "log files /var/log/shop.log", "Loki at loki.example.org".
    source: str
    # What is sent to Loki; "" for a source that takes no query.
    query: str = ""
    # Opens these lines in a browser; "" for none.
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedLogs:
    """What the lines of a window say, when nobody needs the lines themselves."""

    # As it stood in the log: to be redacted before it is stored.
    analysis: LogAnalysis
    # What was not read and why, for people; empty when all was read.
    notes: tuple[str, ...] = ()


class LogExaminer(Protocol):
    """Reads a window and tells what its lines say; where it does so is its own affair."""

    @property
    def description(self) -> str:
        """Name the source for people: "log files /var/log/shop/*.log"."""
        ...

    def place(self, query: LogQuery) -> LogPlace:
        """Say where the lines lie; asks nobody, so that it can be told of a source that failed too."""
        ...

    async def examine(self, query: LogQuery) -> ExaminedLogs:
        """Read and analyse the window. Raises TransientError or PermanentError."""
        ...
