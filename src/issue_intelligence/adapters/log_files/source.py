"""Reads logs from files: a log source for those without Loki."""

import asyncio
import errno
import gzip
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, cast

from issue_intelligence.adapters.log_files.files import LogFile, expand_pattern, find_files
from issue_intelligence.adapters.log_files.window import (
    ByteBudget,
    Entry,
    ReadLine,
    Window,
    WindowReader,
    WindowResult,
)
from issue_intelligence.core.model.logs import LogLine
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.ports.log_source import LogBatch, LogQuery

DEFAULT_MAX_BYTES = 64 << 20
_SERVICE_FIELDS = ("service", "service_name", "service.name")
# Conditions of the moment: rotation, or a machine short of something.
_PASSING = frozenset((errno.ENOENT, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE, errno.ENOMEM))


class LogFilesSource:
    """Implements ports.log_source.LogSource over the files that a pattern matches.

    `pattern` is one glob or several, separated by commas or the system's path separator; `{service}`
    in it stands for the service's name. `read_line` takes number, text and the time of a line
    without one. `max_bytes` bounds what one fetch reads and unpacks over all files.
    """

    def __init__(self, pattern: str, *, read_line: ReadLine, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._pattern = pattern
        self._read_line = read_line
        self._max_bytes = max_bytes

    @property
    def description(self) -> str:
        return f"log files {self._pattern}"

    async def fetch(self, query: LogQuery) -> LogBatch:
        return await asyncio.to_thread(self._fetch, query)

    def _fetch(self, query: LogQuery) -> LogBatch:
        found = find_files(expand_pattern(self._pattern, query.service), from_at=query.from_at)
        window = Window(
            from_at=query.from_at,
            until_at=query.until_at,
            limit=query.limit,
            is_wanted=lambda line: _is_of_service(line, query.service),
        )
        budget = ByteBudget(left=self._max_bytes)
        notes = list(found.notes)
        results: list[WindowResult] = []
        failures: list[OSError] = []
        for file in found.files:
            try:
                result = self._read_file(file, window, budget)
            except OSError as error:
                failures.append(error)
                notes.append(f"{file.path} not read: {error.strerror or 'unknown reason'}")
                continue
            results.append(result)
            notes += [f"{file.path}: {note}" for note in result.notes]
        if not results:
            raise _nothing_read(notes, failures)
        # The last written file was read first, and its lines come last where times are equal.
        entries = _merge(result.entries for result in reversed(results))
        is_incomplete = any(result.is_incomplete for result in results)
        return LogBatch(
            lines=_number(_newest(entries, query.limit)),
            truncated=is_incomplete or len(entries) > query.limit,
            notes=tuple(notes),
        )

    def _read_file(self, file: LogFile, window: Window, budget: ByteBudget) -> WindowResult:
        with file.path.open("rb") as stream:
            if file.path.suffix == ".gz":
                with _unpacked(stream, budget) as (unpacked, notes):
                    result = self._read_stream(unpacked, file.modified_at, window, budget)
                    result.notes[:0] = notes
                    return result
            return self._read_stream(stream, file.modified_at, window, budget)

    def _read_stream(
        self, stream: BinaryIO, modified_at: datetime, window: Window, budget: ByteBudget
    ) -> WindowResult:
        # What is appended while we read belongs to a later look.
        size = stream.seek(0, os.SEEK_END)
        reader = WindowReader(stream, size=size, modified_at=modified_at, read_line=self._read_line)
        return reader.read(window, budget)


@contextmanager
def _unpacked(stream: BinaryIO, budget: ByteBudget) -> Iterator[tuple[BinaryIO, list[str]]]:
    """Unpack into a temporary file, in which one can seek; a bomb ends at the budget."""
    notes: list[str] = []
    with tempfile.TemporaryFile() as target:
        copied = 0
        try:
            with gzip.GzipFile(fileobj=stream) as source:
                while copied < budget.left and (chunk := source.read1(min(1 << 20, budget.left - copied))):
                    target.write(chunk)
                    copied += len(chunk)
                if copied >= budget.left and source.read(1):
                    notes.append("not unpacked to its end: the size limit of one look was reached")
        except (EOFError, zlib.error, gzip.BadGzipFile):
            notes.append("packed file is damaged or still being written; read as far as it goes")
        yield cast(BinaryIO, target), notes


def _is_of_service(line: LogLine, service: str) -> bool:
    """Keep lines of the service, and those that do not say whose they are."""
    named = [line.fields[name] for name in _SERVICE_FIELDS if line.fields.get(name)]
    return not named or service in named


def _merge(parts: Iterable[list[Entry]]) -> list[Entry]:
    """Order by time; the sort is stable, so what follows its head in one file stays behind it."""
    return sorted(
        (entry for part in parts for entry in part), key=lambda entry: cast(datetime, entry.line.at)
    )


def _newest(entries: list[Entry], limit: int) -> list[Entry]:
    newest = entries[max(0, len(entries) - limit) :]
    # Frames without their head would be read as lines of their own.
    first_head = next((index for index, entry in enumerate(newest) if entry.is_head), 0)
    return newest[first_head:] if len(newest) < len(entries) else newest


def _number(entries: list[Entry]) -> tuple[LogLine, ...]:
    return tuple(replace(entry.line, number=number) for number, entry in enumerate(entries, start=1))


def _nothing_read(notes: list[str], failures: list[OSError]) -> PermanentError | TransientError:
    message = "no log file could be read: " + "; ".join(notes[:5])
    if failures and all(failure.errno in _PASSING for failure in failures):
        return TransientError(message)
    return PermanentError(message)
