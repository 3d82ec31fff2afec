"""A scenario's log: entries at seconds from the alert's start, written in order of time."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

# Seconds from the start, and the text as it stands in the file (several rows for a stack trace).
Written = tuple[float, str]
Style = Callable[[datetime, str, str, Mapping[str, Any]], str]


def iso(at: datetime) -> str:
    """Write a time as 2026-10-05T09:30:00.123Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def plain(at: datetime, level: str, text: str, fields: Mapping[str, Any]) -> str:
    tail = "".join(f" {name}={value}" for name, value in fields.items())
    return f"{iso(at)} {level.upper()} {text}{tail}"


def python_logging(at: datetime, level: str, text: str, fields: Mapping[str, Any]) -> str:
    module = fields.get("logger", "app")
    return f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} {level.upper()} {module}: {text}"


def spring(at: datetime, level: str, text: str, fields: Mapping[str, Any]) -> str:
    logger, thread = fields.get("logger", "c.example.web.RequestLog"), fields.get("thread", "nio-8080-exec-4")
    return f"{iso(at)}  {level.upper():>5} 1 --- [{thread:>15}] {logger:<40} : {text}"


def go_log(at: datetime, level: str, text: str, fields: Mapping[str, Any]) -> str:
    tail = "".join(f" {name}={value}" for name, value in fields.items())
    return f"{at:%Y/%m/%d %H:%M:%S} [{level.upper()}] {text}{tail}"


def logfmt(at: datetime, level: str, text: str, fields: Mapping[str, Any]) -> str:
    quoted = json.dumps(text)
    tail = "".join(
        f" {name}={json.dumps(value) if isinstance(value, str) and ' ' in value else value}"
        for name, value in fields.items()
    )
    return f"time={iso(at)} level={level} msg={quoted}{tail}"


def json_lines(at: datetime, level: str, text: str, fields: Mapping[str, Any]) -> str:
    return json.dumps({"timestamp": iso(at), "level": level, "message": text, **fields})


def pino(at: datetime, level: str, text: str, fields: Mapping[str, Any]) -> str:
    number = {"debug": 20, "info": 30, "warn": 40, "error": 50, "fatal": 60}[level]
    return json.dumps({"level": number, "time": int(at.timestamp() * 1000), "msg": text, **fields})


JSON_STYLES: tuple[Style, ...] = (json_lines, pino)


class Log:
    """Entries in any order; `text()` writes them in order of time.

    `style` is how the service writes a line; a stack trace follows its line as further rows, or
    stands in a field for the JSON styles.
    """

    def __init__(self, start: datetime, style: Style = plain) -> None:
        self._start = start
        self._style = style
        self._written: list[Written] = []

    def at(self, seconds: float) -> datetime:
        return self._start + timedelta(seconds=seconds)

    def line(self, seconds: float, level: str, text: str, /, *, below: str = "", **fields: Any) -> None:
        """Add an entry; `below` are further rows that belong to it, such as a stack trace."""
        if below and self._style in JSON_STYLES:
            fields["stack"] = f"{text}\n{below}"
            below = ""
        row = self._style(self.at(seconds), level, text, fields)
        self.raw(seconds, f"{row}\n{below}" if below else row)

    def raw(self, seconds: float, text: str) -> None:
        """Add text as it stands: a line of another program, an access log, rows without a time."""
        self._written.append((seconds, text))

    def access(self, seconds: float, method: str, path: str, status: int, ms: float, **fields: Any) -> None:
        """Add a request as the service's own access log tells it, in the service's style."""
        level = "error" if status >= 500 else "warn" if status >= 400 else "info"
        self.line(seconds, level, f"{method} {path} {status} {ms:.0f}ms", **fields)

    def text(self) -> str:
        in_order = sorted(self._written, key=lambda written: written[0])
        return "".join(f"{text}\n" for _, text in in_order)
