"""Reads one time window of one file from its end, without reading the rest."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from issue_intelligence.core.model.logs import LogLine

ReadLine = Callable[[int, str, datetime | None], LogLine]

# Below this a file is read to its beginning, whatever the order of its lines.
SMALL_FILE_BYTES = 4 << 20
MAX_LINE_BYTES = 64 << 10
_BLOCK_BYTES = 256 << 10
# So many lines without a time are no stack trace.
_MAX_FOLLOWING_LINES = 10_000
# How far bisection looks for a line with a time, and how exact it has to be.
_PROBE_BYTES = 256 << 10
_PROBE_LINES = 500
_BISECTED_BYTES = 64 << 10
# Lines of several threads or processes stand a little out of order.
_DISORDER = timedelta(minutes=2)
_BEGINNING_OF_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    line: LogLine
    # False for what belongs to the line before it, such as the frames of a stack trace.
    is_head: bool


@dataclass(slots=True, kw_only=True)
class ByteBudget:
    """How much one fetch may still read, over all files."""

    left: int


@dataclass(slots=True, kw_only=True)
class WindowResult:
    # In the order of the file; at least the newest `limit` of the window, and one more if there are more.
    entries: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # Something within the window was left out.
    is_incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    from_at: datetime
    until_at: datetime
    limit: int
    # Says whether a line with a time of its own is of the service asked for.
    is_wanted: Callable[[LogLine], bool]


@dataclass(frozen=True, slots=True)
class _RawLine:
    line: LogLine
    has_time: bool


class WindowReader:
    """Reads a window of an open file of `size` bytes, last written at `modified_at`."""

    def __init__(self, file: BinaryIO, *, size: int, modified_at: datetime, read_line: ReadLine) -> None:
        self._file = file
        self._size = size
        self._read_line = read_line
        # Stands for "no time"; no line carries just this one. It also tells the year of lines without.
        self._no_time = modified_at.replace(microsecond=987_653)
        self._modified_at = modified_at
        self._is_large = size > SMALL_FILE_BYTES
        self._cut_lines = 0
        self._has_times = False

    def read(self, window: Window, budget: ByteBudget) -> WindowResult:
        result = WindowResult()
        start, end = self._bounds(window)
        oldest_at = window.from_at - _DISORDER if self._is_large else _BEGINNING_OF_TIME
        blocks: list[list[Entry]] = []
        # Lines without a time whose head is still to be read, since we read from the end.
        following: list[_RawLine] = []
        count = 0
        while end > start and count <= window.limit and len(following) <= _MAX_FOLLOWING_LINES:
            if min(_BLOCK_BYTES, end - start) > budget.left:
                result.is_incomplete = True
                result.notes.append("not read to its beginning: the size limit of one look was reached")
                break
            raw_lines, end = self._read_block(start, end, budget, result)
            raw_lines += following
            head = 0 if end == 0 else _first_head(raw_lines)
            following, raw_lines = raw_lines[:head], raw_lines[head:]
            blocks.append(self._select(raw_lines, window))
            count += len(blocks[-1])
            if any(raw.has_time for raw in raw_lines) and _newest_time(raw_lines) < oldest_at:
                # All that is left is older still.
                break
        if len(following) > _MAX_FOLLOWING_LINES:
            result.is_incomplete = True
            if not self._has_times:
                blocks.append(self._select(following, window))
        if not self._has_times and count + len(following):
            result.notes.append("its lines carry no time; they count as written when the file last was")
        if self._cut_lines:
            result.notes.append(f"{self._cut_lines} lines over {MAX_LINE_BYTES >> 10} KiB cut")
        result.entries = [entry for block in reversed(blocks) for entry in block]
        return result

    def _bounds(self, window: Window) -> tuple[int, int]:
        """Find the part of the file that holds the window, from the beginning of a line to the end of one."""
        if not self._is_large:
            return 0, self._size
        start = self._bisect(window.from_at - _DISORDER, is_start=True)
        end = self._bisect(window.until_at + _DISORDER, is_start=False)
        # Half a timestamp would be another time.
        self._file.seek(end)
        rest = self._file.read(_PROBE_BYTES).find(b"\n") if end < self._size else -1
        self._cut_lines = 0
        return start, end + rest + 1

    def _bisect(self, at: datetime, *, is_start: bool) -> int:
        """Find an offset before all lines since `at`, or (for the end) one behind all lines until `at`.

        Where no line has a time, the side is taken that only costs more reading.
        """
        low, high = 0, self._size
        while high - low > _BISECTED_BYTES:
            middle = (low + high) // 2
            found = self._first_time(middle)
            is_before = not is_start if found is None else found < at
            low, high = (middle, high) if is_before else (low, middle)
        return low if is_start else high

    def _first_time(self, offset: int) -> datetime | None:
        self._file.seek(offset)
        # The last line may be half, and half a timestamp would be another time.
        data = self._file.read(_PROBE_BYTES).rpartition(b"\n")[0]
        for raw in data.split(b"\n")[1 : _PROBE_LINES + 1]:
            found = self._parse(raw)
            if found.has_time:
                return found.line.at
        return None

    def _read_block(
        self, start: int, end: int, budget: ByteBudget, result: WindowResult
    ) -> tuple[list[_RawLine], int]:
        """Read the last lines before `end` that begin behind `start`; also give where they begin."""
        low = max(start, end - _BLOCK_BYTES)
        data = self._read_bytes(low, end - low, budget)
        if len(data) < end - low:
            result.notes.append("became shorter while it was read")
        if low == 0:
            return self._split(data), 0
        first_break = data.find(b"\n", 0, len(data) - 1)
        if first_break >= 0:
            # The block begins within a line, which the one before it will bring whole.
            return self._split(data[first_break + 1 :]), start if low == start else low + first_break + 1
        if low == start or not data:
            return [], start
        # A line longer than a block: only its beginning is wanted.
        line_start = self._find_line_start(start, low, budget)
        return self._split(self._read_bytes(line_start, MAX_LINE_BYTES + 1, budget)), line_start

    def _find_line_start(self, start: int, offset: int, budget: ByteBudget) -> int:
        while offset > start and budget.left > 0:
            low = max(start, offset - _BLOCK_BYTES)
            found = self._read_bytes(low, offset - low, budget).rfind(b"\n")
            if found >= 0:
                return low + found + 1
            offset = low
        return offset

    def _read_bytes(self, offset: int, length: int, budget: ByteBudget) -> bytes:
        budget.left -= length
        self._file.seek(offset)
        return self._file.read(length)

    def _split(self, data: bytes) -> list[_RawLine]:
        return [self._parse(raw) for raw in data.split(b"\n") if raw.strip()]

    def _parse(self, raw: bytes) -> _RawLine:
        # A writer without append mode leaves NULs where the file was emptied under it.
        raw = raw.lstrip(b"\x00")
        if len(raw) > MAX_LINE_BYTES:
            self._cut_lines += 1
            raw = raw[:MAX_LINE_BYTES]
        line = self._read_line(1, raw.decode("utf-8", "replace").rstrip("\r"), self._no_time)
        has_time = line.at is not None and line.at != self._no_time
        self._has_times = self._has_times or has_time
        return _RawLine(line, has_time)

    def _select(self, raw_lines: list[_RawLine], window: Window) -> list[Entry]:
        entries: list[Entry] = []
        # What stands before the first time of the file can only have the file's own.
        at = next((raw.line.at for raw in raw_lines if raw.has_time), self._modified_at)
        is_wanted = True
        for raw in raw_lines:
            if raw.has_time:
                at = raw.line.at
                is_wanted = window.is_wanted(raw.line)
            if is_wanted and at is not None and window.from_at <= at <= window.until_at:
                line = raw.line if raw.has_time else replace(raw.line, at=at)
                entries.append(Entry(line, raw.has_time))
        return entries


def _first_head(raw_lines: list[_RawLine]) -> int:
    return next((index for index, raw in enumerate(raw_lines) if raw.has_time), len(raw_lines))


def _newest_time(raw_lines: list[_RawLine]) -> datetime:
    return max((raw.line.at for raw in raw_lines if raw.has_time and raw.line.at), default=_BEGINNING_OF_TIME)
