"""Huge, damaged and changing files end sensibly."""

import gzip
import os
from datetime import datetime
from pathlib import Path

from issue_intelligence.adapters.log_files.source import LogFilesSource
from issue_intelligence.adapters.log_files.window import MAX_LINE_BYTES, SMALL_FILE_BYTES
from issue_intelligence.core.model.logs import LogLine
from tests.adapters.log_files.factories import NOON, fetch, messages, numbered, query, read_line, stamp

FILLER = "x" * 200


def write_large(path: Path, lines: int) -> None:
    path.write_text("".join(f"{stamp(number)} line {number} {FILLER}\n" for number in range(lines)))
    assert path.stat().st_size > 2 * SMALL_FILE_BYTES


async def test_large_file_is_not_read_outside_the_window(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    write_large(path, 40_000)
    # 120 s of possible disorder on both sides are some 60 KB; the file has nine MB.
    for first in (0, 20_000, 39_990):
        batch = await fetch(path, query(first, first + 5), max_bytes=700_000)
        expected = [f"line {number} {FILLER}" for number in range(first, first + 6)]
        assert (messages(batch), batch.truncated, batch.notes) == (expected, False, ())


async def test_lines_parsed_stay_few_in_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    write_large(path, 40_000)
    parsed = 0

    def counting(number: int, text: str, default_at: datetime | None) -> LogLine:
        nonlocal parsed
        parsed += 1
        return read_line(number, text, default_at)

    batch = await LogFilesSource(str(path), read_line=counting).fetch(query(0, 40_000, limit=100))
    assert len(batch.lines) == 100
    assert batch.truncated
    assert parsed < 4_000


async def test_window_beyond_the_size_limit_gives_the_newest_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    write_large(path, 40_000)
    batch = await fetch(path, query(0, 40_000, limit=100_000), max_bytes=1 << 20)
    assert messages(batch)[-1].startswith("line 39999 ")
    assert 3_000 < len(batch.lines) < 6_000
    assert batch.truncated
    assert "size limit" in batch.notes[0]


async def test_line_of_many_megabytes_is_cut_and_its_neighbours_are_read(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text(f"{numbered(1, 1)}{stamp(2)} {'y' * (6 << 20)}\n{numbered(3, 3)}")
    batch = await fetch(path, query(0, 9))
    assert [line.message[:6] for line in batch.lines] == ["line 1", "yyyyyy", "line 3"]
    assert len(batch.lines[1].message) <= MAX_LINE_BYTES
    assert "cut" in batch.notes[0]


async def test_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"\x00" * 5000 + f"{stamp(1)} ".encode() + b"caf\xe9\r\n" + f"{stamp(2)} ok".encode())
    assert messages(await fetch(path, query(0, 9))) == ["caf\ufffd", "ok"]


async def test_packed_file_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "app.log.gz"
    whole = gzip.compress(numbered(0, 20_000).encode())
    path.write_bytes(whole[: len(whole) // 2])
    batch = await fetch(path, query(0, 20_000, limit=50_000))
    assert messages(batch)[:2] == ["line 0", "line 1"]
    assert 5_000 < len(batch.lines) < 15_000
    assert "damaged" in batch.notes[0]


async def test_packed_bomb_ends_at_the_size_limit(tmp_path: Path) -> None:
    path = tmp_path / "app.log.gz"
    path.write_bytes(gzip.compress(numbered(1, 1).encode() + b"\n" * (30 << 20)))
    batch = await fetch(path, query(0, 9), max_bytes=1 << 20)
    assert "not unpacked to its end" in batch.notes[0]


async def test_file_that_is_no_gzip_is_noted(tmp_path: Path) -> None:
    (tmp_path / "app.log.gz").write_text("plain")
    batch = await fetch(tmp_path / "*.gz", query(0, 9))
    assert batch.lines == ()
    assert "damaged" in batch.notes[0]


async def test_file_emptied_or_replaced_in_the_middle_of_reading_gives_what_is_left(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("".join(f"{stamp(number)} line {number} {FILLER}\n" for number in range(5000)))

    def emptying(number: int, text: str, default_at: datetime | None) -> LogLine:
        if path.stat().st_size > 100_000:
            os.truncate(path, 1000)
        return read_line(number, text, default_at)

    batch = await LogFilesSource(str(path), read_line=emptying).fetch(query(0, 5000))
    assert batch.lines[-1].message.startswith("line 4999 ")
    assert any("shorter" in note for note in batch.notes)


async def test_file_deleted_in_the_middle_of_reading_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text(numbered(0, 20_000))

    def deleting(number: int, text: str, default_at: datetime | None) -> LogLine:
        path.unlink(missing_ok=True)
        return read_line(number, text, default_at)

    batch = await LogFilesSource(str(path), read_line=deleting).fetch(query(0, 20_000, limit=30_000))
    assert len(batch.lines) == 20_001


async def test_file_without_any_times_counts_as_written_when_it_last_was(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("first\nsecond\n")
    os.utime(path, (NOON.timestamp() + 5, NOON.timestamp() + 5))
    batch = await fetch(path, query(0, 9))
    assert messages(batch) == ["first", "second"]
    assert "carry no time" in batch.notes[0]
    assert (await fetch(path, query(6, 9))).lines == ()


async def test_large_file_without_any_times_gives_its_newest_lines(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("".join(f"line {number} {FILLER}\n" for number in range(40_000)))
    os.utime(path, (NOON.timestamp() + 5, NOON.timestamp() + 5))
    batch = await fetch(path, query(0, 9, limit=10))
    assert messages(batch)[-1] == f"line 39999 {FILLER}"
    assert (len(batch.lines), batch.truncated) == (10, True)
