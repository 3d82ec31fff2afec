"""Reads lines that a log store holds: text with a time, the labels of its stream, and metadata beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from issue_intelligence.core.investigate.http_requests import read_request
from issue_intelligence.core.investigate.log_levels import read_level_value
from issue_intelligence.core.investigate.log_lines import LEVEL_KEYS, read_log_line
from issue_intelligence.core.model.logs import LogLevel, LogLine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEVEL_NAMES = frozenset(
    (*LEVEL_KEYS, *(key.replace(".", "_") for key in LEVEL_KEYS), "severitytext", "loglevel")
)
DETECTED_LEVEL = "detected_level"
# The store's own guess is worth something only where it sees trouble: it calls a line "info" because the
# word stands in it somewhere.
_DETECTED = frozenset({LogLevel.FATAL, LogLevel.ERROR, LogLevel.WARNING})
# Names of fields that Loki stores with "_" for ".", and by which the analysis knows them.
_DOTTED = (
    "err.message", "err.stack", "err.type", "err.name", "error.message", "error.stack", "error.type",
    "error.name", "error.kind", "exception.message", "exception.type", "exception.stacktrace",
    "http.method", "http.request.method", "http.route", "http.target", "http.path", "http.status_code",
    "http.response.status_code", "url.path", "req.method", "req.url", "req.path", "request.method",
    "request.url", "request.path", "res.statusCode", "res.status", "response.status",
    "response.statusCode", "user.id", "user.name", "user.email", "usr.id", "usr.email", "enduser.id",
    "req.user.id", "req.user.email",
)  # fmt: skip
_DOTTED_OF = {name.replace(".", "_"): name for name in _DOTTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedLine:
    # Nanoseconds since 1970, as the store keeps them.
    at_ns: int
    text: str
    # Of the stream: lines of one process share them.
    labels: Mapping[str, str]
    # Of this line alone.
    metadata: Mapping[str, str]


def read_shipped_lines(lines: Iterable[ShippedLine]) -> tuple[LogLine, ...]:
    """Order the lines by time and read each; those of one instant keep the order they came in.

    The rows of a stack trace come as lines of their own. They stay behind the line they belong to,
    with its time, also where another process wrote at the same moment.
    """
    return tuple(
        _read(number, line, is_row=is_row, at_ns=at_ns)
        for number, (at_ns, is_row, line) in enumerate(_ordered(lines), start=1)
    )


def _ordered(lines: Iterable[ShippedLine]) -> Sequence[tuple[int, bool, ShippedLine]]:
    streams: dict[tuple[tuple[str, str], ...], list[ShippedLine]] = {}
    for line in lines:
        streams.setdefault(tuple(sorted(line.labels.items())), []).append(line)
    ordered: list[tuple[int, bool, ShippedLine]] = []
    for stream in streams.values():
        head_ns: int | None = None
        for line in sorted(stream, key=lambda each: each.at_ns):
            is_row = head_ns is not None and line.text[:1] in (" ", "\t")
            head_ns = head_ns if is_row and head_ns is not None else line.at_ns
            ordered.append((head_ns, is_row, line))
    return sorted(ordered, key=lambda entry: entry[0])


def _read(number: int, line: ShippedLine, *, is_row: bool, at_ns: int) -> LogLine:
    at = _EPOCH + timedelta(microseconds=at_ns // 1_000)
    if is_row:
        return replace(read_log_line(number, line.text), at=at, level=LogLevel.UNKNOWN, fields={})
    if line.labels.get("log_type", line.metadata.get("log_type")) == "http":
        return _read_http(number, line, at)
    read = read_log_line(number, line.text, default_at=at)
    fields = {**_fields_of(line.metadata), **read.fields}
    # The store's time: it is what the window was asked by.
    read = LogLine(number, read.message, at, read.level, fields)
    return replace(read, level=_level_of(line, read))


def _level_of(line: ShippedLine, read: LogLine) -> LogLevel:
    """Take what the sender says, else what the line says, else what the store guessed."""
    for told in (line.metadata, line.labels):
        for name, value in told.items():
            if name.lower() in _LEVEL_NAMES and (level := read_level_value(value)) is not LogLevel.UNKNOWN:
                return level
    if read.level is not LogLevel.UNKNOWN:
        return read.level
    guessed = read_level_value(line.metadata.get(DETECTED_LEVEL, ""))
    # "GET /errors 200" is no error, although the word stands there.
    return guessed if guessed in _DETECTED and read_request(read) is None else LogLevel.UNKNOWN


def _fields_of(metadata: Mapping[str, str]) -> dict[str, str]:
    return {
        _DOTTED_OF.get(name, name): value
        for name, value in metadata.items()
        if name != DETECTED_LEVEL and name.lower() not in _LEVEL_NAMES and not name.startswith("__")
    }


def _read_http(number: int, line: ShippedLine, at: datetime) -> LogLine:
    """Read a line of Locomotive's HTTP log: its text is only the path, the rest is metadata."""
    fields = _fields_of(line.metadata)
    path = line.text.strip()
    told = [fields.get("method", ""), path, fields.get("httpStatus", "")]
    if duration := fields.get("totalDuration", ""):
        told.append(f"{duration}ms")
    told.append(fields.get("responseDetails", ""))
    message = " ".join(part for part in told if part)
    read = read_log_line(number, message, default_at=at)
    # No level is told: a status of 5xx is what makes it an error.
    return LogLine(number, read.message, at, LogLevel.UNKNOWN, {**fields, "path": path})
