"""Reads the log text of a command from a file or standard input, line by line and whatever its bytes are."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BufferedIOBase
from pathlib import Path
from typing import IO

from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.model.logs import LogLevel, LogLine

# Longer lines are cut; what is behind it is skipped, not read as a line of its own.
_MAX_LINE_BYTES = 1024 * 1024
_LINES_A_REPORT = 1_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SERVICE_KEYS = (
    "service",
    "service.name",
    "service_name",
    "serviceName",
    "app",
    "application",
    "container_name",
    "container",
)


def read_log_input(file: str, on_read: Callable[[int], None] = lambda _bytes: None) -> Iterator[LogLine]:
    """Read a log file, or standard input for "-", line by line. Raises OSError when it cannot be read.

    `on_read` hears how many bytes were read since it heard last, a thousand lines or so at a time.
    """
    with _opened(file) as stream:
        # Syslog writes no year; the file's last change tells it.
        year_near = _changed_at(stream)
        for number, raw in enumerate(_reported(_lines(stream), on_read), start=1):
            yield read_log_line(number, raw.decode("utf-8", "replace"), year_near=year_near)


def keep_service(lines: Iterable[LogLine], service: str) -> Iterator[LogLine]:
    """Keep the lines of one service; one that names none too, unless it continues one that was dropped."""
    dropping = False
    for line in lines:
        name = next((line.fields[key] for key in _SERVICE_KEYS if line.fields.get(key)), None)
        if name is not None:
            dropping = name.casefold() != service.casefold()
        elif line.at is not None or line.level is not LogLevel.UNKNOWN:
            dropping = False
        if not dropping:
            yield line


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes] | BufferedIOBase]:
    if file == "-":
        yield sys.stdin.buffer
        return
    with Path(file).open("rb") as stream:
        yield stream


def _changed_at(stream: IO[bytes] | BufferedIOBase) -> datetime | None:
    try:
        return datetime.fromtimestamp(os.fstat(stream.fileno()).st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None


def _reported(lines: Iterator[bytes], on_read: Callable[[int], None]) -> Iterator[bytes]:
    unsaid = 0
    for number, line in enumerate(lines, start=1):
        unsaid += len(line) + 1
        if number % _LINES_A_REPORT == 0:
            on_read(unsaid)
            unsaid = 0
        yield line


def _lines(stream: IO[bytes] | BufferedIOBase) -> Iterator[bytes]:
    first = True
    while raw := stream.readline(_MAX_LINE_BYTES):
        tail = raw
        while not tail.endswith(b"\n") and len(tail) == _MAX_LINE_BYTES:
            tail = stream.readline(_MAX_LINE_BYTES)
        if first:
            raw = raw.removeprefix(_BYTE_ORDER_MARK)
            first = False
        yield raw.rstrip(b"\r\n")
