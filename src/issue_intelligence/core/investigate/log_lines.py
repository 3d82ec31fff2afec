"""Reads one line of log, JSON, logfmt or plain text, into a LogLine. Any text is a line; nothing raises."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from issue_intelligence.core.investigate.log_levels import (
    find_level_word,
    read_level_prefix,
    read_level_value,
)
from issue_intelligence.core.investigate.structured_lines import read_json_object, read_logfmt
from issue_intelligence.core.investigate.timestamps import read_time_value, read_timestamp
from issue_intelligence.core.model.logs import LogLevel, LogLine

# What analysis looks at; the rest of a longer line is cut off.
MAX_LINE_CHARS = 16 * 1024
_MAX_FIELD_CHARS = 4 * MAX_LINE_CHARS

TIME_KEYS = ("timestamp", "time", "ts", "@timestamp", "datetime", "asctime", "@t", "date")
LEVEL_KEYS = (
    "level",
    "severity",
    "lvl",
    "levelname",
    "log.level",
    "loglevel",
    "log_level",
    "severity_text",
    "@l",
)
MESSAGE_KEYS = ("message", "msg", "event", "body", "text", "@m", "log")
# Where an error object says what it is about; used when the line has no message of its own.
ERROR_MESSAGE_KEYS = (
    "err.message",
    "error.message",
    "exception.message",
    "error",
    "err",
    "exc_info",
    "stack",
)

# One for all lines without fields: a million of them would be 64 MB.
_NO_FIELDS: Mapping[str, str] = {}
# Colours and other terminal sequences, and control characters but tab and newline.
_ANSI = re.compile(r"\x1b\[[0-9;?]{0,32}[ -/]{0,4}[@-~]|\x1b[@-_]?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Docker Compose ("api-1  | "), and Kubernetes' container runtime ("stdout F ").
_CONTAINER = re.compile(r"[\w.-]{1,63} {1,24}\| ?", re.ASCII)
# The common log format has the client before the time: 10.0.0.1 - frank [24/Nov/2026:11:00:00 +0000] "GET ...
_ACCESS = re.compile(r"\S{1,255} \S{1,255} \S{1,255} (?=\[)")
_SEPARATOR = re.compile(r"\A(?: ?[|\-] |: |[ \t:])")
_STREAM = re.compile(r"(?:stdout|stderr) [FP] ", re.ASCII)
_SYSLOG = re.compile(r"([\w.-]{1,255}) ([\w./()-]{1,64})(?:\[(\d{1,10})\])?: ?", re.ASCII)


def read_log_line(
    number: int, text: str, *, default_at: datetime | None = None, year_near: datetime | None = None
) -> LogLine:
    """Read one line of log.

    `default_at` is the time of a line that carries none. A time without a year (syslog) takes the year
    nearest to `year_near`, else to `default_at`.
    """
    year_near = year_near or default_at
    line = _read(number, _clean(text).rstrip("\n"), year_near, depth=0)
    if line.at is None and default_at is not None:
        return LogLine(number, line.message, default_at, line.level, line.fields)
    return line


def _read(number: int, text: str, year_near: datetime | None, *, depth: int) -> LogLine:
    stripped = text.strip()
    if stripped.startswith("{"):
        fields = read_json_object(stripped)
    elif "=" in stripped[:65] and len(stripped) <= MAX_LINE_CHARS:
        fields = read_logfmt(stripped)
    else:
        fields = None
    if fields is None:
        return _read_plain(number, text[:MAX_LINE_CHARS], year_near)
    return _read_structured(number, fields, stripped, year_near, depth=depth)


def _read_structured(
    number: int, values: Mapping[str, object], text: str, year_near: datetime | None, *, depth: int
) -> LogLine:
    at = next(
        (at for key in TIME_KEYS if (at := read_time_value(values.get(key), year_near=year_near))), None
    )
    levels = (read_level_value(values[key]) for key in LEVEL_KEYS if key in values)
    level = next((level for level in levels if level is not LogLevel.UNKNOWN), LogLevel.UNKNOWN)
    fields = _as_text(values)
    message_key = _first_key(fields, MESSAGE_KEYS)
    message = _message_without_key(fields, text) if message_key is None else fields.pop(message_key)
    if message_key == "log" and depth == 0:
        # Docker wraps what the process wrote, which is a line of its own.
        inner = _read(number, message, year_near, depth=1)
        merged = {**fields, **inner.fields}
        inner_level = level if inner.level is LogLevel.UNKNOWN else inner.level
        return LogLine(number, inner.message, inner.at or at, inner_level, merged)
    return LogLine(number, message[:MAX_LINE_CHARS].rstrip("\n"), at, level, fields)


def _message_without_key(fields: Mapping[str, str], text: str) -> str:
    key = _first_key(fields, ERROR_MESSAGE_KEYS)
    return text if key is None else fields[key].split("\n", 1)[0]


def _read_plain(number: int, text: str, year_near: datetime | None) -> LogLine:
    container = _CONTAINER.match(text) if "|" in text[:90] else None
    prefix = _read_prefix(text[container.end() :] if container else text, year_near)
    at, level, rest = prefix.at, prefix.level, prefix.rest
    fields = _NO_FIELDS
    if prefix.timed and (stream := _STREAM.match(rest)):
        inner = _read_prefix(rest[stream.end() :], year_near)
        at, rest = at or inner.at, inner.rest
        level = inner.level if level is LogLevel.UNKNOWN else level
    elif prefix.timed and (syslog := _SYSLOG.match(rest)) and (syslog[3] or text[:1].isalpha()):
        fields = {"host": syslog[1], "process": syslog[2]}
        level, rest = _read_level(rest[syslog.end() :], level)
    elif not prefix.timed and (access := _ACCESS.match(rest)):
        found = read_timestamp(rest[access.end() :], year_near=year_near)
        if found is not None:
            at, rest = found[0], rest[: access.end()] + rest[access.end() + found[1] :].lstrip(" ")
    if level is LogLevel.UNKNOWN:
        level = find_level_word(rest)
    if rest.startswith("{") and (values := read_json_object(rest.strip())):
        line = _read_structured(number, values, rest, year_near, depth=1)
        level = line.level if level is LogLevel.UNKNOWN else level
        return LogLine(number, line.message, at or line.at, level, {**fields, **line.fields})
    return LogLine(number, rest.rstrip(), at, level, fields)


class _Prefix(NamedTuple):
    level: LogLevel
    at: datetime | None
    # A time stood there, even if it could not be made one (no year).
    timed: bool
    rest: str


def _read_prefix(text: str, year_near: datetime | None) -> _Prefix:
    """Strip level and time from the start, in either order."""
    # Most lines begin with the digits of a time.
    level, rest = (LogLevel.UNKNOWN, text) if text[:1].isdigit() else _read_level(text, LogLevel.UNKNOWN)
    found = read_timestamp(rest, year_near=year_near)
    if found is None:
        return _Prefix(level, None, timed=False, rest=rest)
    rest = rest[found[1] :]
    # One separator only: indentation behind it belongs to a stack trace.
    rest = _SEPARATOR.sub("", rest, count=1)
    level, rest = _read_level(rest, level)
    return _Prefix(level, found[0], timed=True, rest=rest)


def _read_level(text: str, known: LogLevel) -> tuple[LogLevel, str]:
    level, end = read_level_prefix(text)
    if level is LogLevel.UNKNOWN:
        return known, text
    rest = text[end:]
    # Levels are padded to a column ("INFO  "); deeper indentation belongs to a stack trace.
    padding = len(rest) - len(rest.lstrip(" "))
    return level, rest[min(padding, max(1, 10 - end)) :] if padding else rest


def _as_text(values: Mapping[str, object]) -> dict[str, str]:
    fields: dict[str, str] = {}
    left = _MAX_FIELD_CHARS
    for name, value in values.items():
        if value is None or left <= 0:
            continue
        text = _field_text(value)[: min(MAX_LINE_CHARS, left)]
        left -= len(text)
        fields[_clean(name[:200])] = _clean(text)
    return fields


def _field_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _first_key(fields: Mapping[str, str], keys: Iterable[str]) -> str | None:
    return next((key for key in keys if fields.get(key)), None)


def _clean(text: str) -> str:
    if text.isprintable():
        return text
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))
