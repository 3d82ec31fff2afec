"""What the log says: lines as read, and what analysis makes of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class LogLevel(StrEnum):
    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    DEBUG = "debug"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of log as read; `number` counts from 1 within its batch."""

    number: int
    # Without timestamp and level where the line's form lets us tell them apart.
    message: str
    # None when the line carries none.
    at: datetime | None = None
    level: LogLevel = LogLevel.UNKNOWN
    # Fields of a structured line (JSON, logfmt), as text.
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFrame:
    function: str
    file: str
    # None where the trace does not tell.
    line: int | None
    # True for the service's own code, False for libraries and the runtime.
    in_app: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceCause:
    """One exception of a chain."""

    exception: str
    message: str
    # Where it was raised: "src/cart.ts:10 in total"; "" when the trace does not tell.
    culprit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StackTrace:
    """One distinct stack trace and how often it came."""

    # 16 hex digits, by exception class and in-app frames; survives changed line numbers.
    fingerprint: str
    language: str
    # The exception's class: "TypeError".
    exception: str
    message: str
    # The frame to look at first: "src/cart.ts:10 in total"; "" when there is no frame.
    culprit: str
    frames: tuple[StackFrame, ...]
    first_line: int
    last_line: int
    count: int
    # The trace as it stood in the log.
    text: str = ""
    # The chain of exceptions, outermost first and root cause last; empty where there is only one.
    causes: tuple[TraceCause, ...] = ()
    first_seen: datetime | None = None
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPattern:
    """Lines that are the same but for their variables."""

    # 16 hex digits of `pattern`; the same in every batch, process and release of one mask version, unless
    # `pattern` was merged from lines of this batch.
    fingerprint: str
    # The line with variables masked: "connect ECONNREFUSED <ip>:<num>"; <*> where this batch's lines differ.
    pattern: str
    level: LogLevel
    count: int
    first_seen: datetime | None
    last_seen: datetime | None
    # The first line of this pattern, as it stood.
    sample: str
    first_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointCount:
    # Method and templated path: "POST /api/orders/<num>".
    endpoint: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStats:
    """What HTTP lines in the log add up to."""

    total: int
    # Exact status codes: {"200": 310, "500": 4}.
    status_codes: Mapping[str, int] = field(default_factory=dict)
    mean_duration_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """How often something came, in equal steps of time."""

    starts_at: datetime
    bucket_seconds: int
    # At most 60.
    counts: tuple[int, ...]

    def steps(self) -> Iterator[tuple[datetime, int]]:
        """Give the beginning of each step in which something came, and how often."""
        for at, count in enumerate(self.counts):
            if count:
                yield self.starts_at + timedelta(seconds=at * self.bucket_seconds), count


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedent:
    """Another error that came before this one, again and again."""

    # The fingerprint of the earlier error.
    fingerprint: str
    # Of how many of this error's occurrences.
    count: int
    # True: they share request or trace ids. False: it came within a few seconds before.
    by_id: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedError:
    """Equal errors of the window, and why they stand where they do among the others."""

    # Of the stack trace, else of what the line and its error object say.
    fingerprint: str
    # The fingerprint of the entry of `patterns` that shows it.
    shown_as: str
    # Of the first of them.
    message: str
    # The message with its variables masked.
    pattern: str
    level: LogLevel
    count: int
    first_line: int
    first_seen: datetime | None
    last_seen: datetime | None
    # It is a stack trace.
    has_trace: bool = False
    # It names an exception, an errno or the like.
    names_cause: bool = False
    # It reports a failed request, which is a consequence.
    is_request: bool = False
    # What the line above a stack trace said; "" without one.
    announcement: str = ""
    # The line to show for it.
    sample: str = ""
    # None when no line has a time.
    histogram: Histogram | None = None
    # Some of the request and trace ids on its lines, at most 3.
    request_ids: tuple[str, ...] = ()
    # Where this batch merged errors that differ in words: their own fingerprints, at most 50.
    members: tuple[str, ...] = ()
    follows: tuple[Precedent, ...] = ()
    # In words for people, the weightiest first.
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCount:
    # Of a RankedError.
    fingerprint: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogBaseline:
    """How often the errors of a window came in the same window at an earlier time."""

    # "the hour before", "the day before".
    when: str
    # False when there were more lines than were read: what was not seen may still have been there.
    complete: bool
    # Only those that came, and only errors of the window.
    counts: tuple[ErrorCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAnalysis:
    """What the lines of a window say (mission.md, LogAnalysis)."""

    lines: int
    error_lines: int
    # The distinct error messages, most telling first, at most 20.
    error_messages: tuple[str, ...]
    stack_traces: tuple[StackTrace, ...]
    affected_endpoints: tuple[EndpointCount, ...]
    # Distinct users (ids, e-mail addresses) on error lines, counted before redaction; None when no line
    # names any.
    affected_users: int | None
    # The pattern of the most telling error; None without errors.
    error_pattern: str | None
    # Of the errors; None when no error line has a time.
    first_occurrence: datetime | None
    last_occurrence: datetime | None
    # Errors a minute between the first and the last, at least over one minute.
    frequency: float
    # The most errors within any five minutes.
    errors_in_five_minutes: int
    patterns: tuple[LogPattern, ...]
    requests: RequestStats | None = None
    # The lines a reader wants to see first, at most 5.
    sample_lines: tuple[str, ...] = ()
    # Of all lines.
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    # True when the source had more lines than the limit that was read.
    truncated: bool = False
    # The likely cause first, at most 500; empty in evidence of earlier releases.
    errors: tuple[RankedError, ...] = ()
    # Of all errors; None when none has a time.
    error_histogram: Histogram | None = None
