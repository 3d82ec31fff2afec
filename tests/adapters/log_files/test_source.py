"""The window asked for is read, whole and in order, and what was not read is said."""

import errno
import gzip
import os
from pathlib import Path

import pytest

from issue_intelligence.adapters.log_files.source import LogFilesSource
from issue_intelligence.ports.errors import OutsideError, PermanentError, TransientError
from tests.adapters.log_files.factories import NOON, fetch, messages, numbered, query, read_line, stamp


async def test_only_the_window_is_given(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(numbered(0, 99))
    batch = await fetch(tmp_path / "*.log", query(10, 12))
    assert messages(batch) == ["line 10", "line 11", "line 12"]
    assert [line.number for line in batch.lines] == [1, 2, 3]
    assert (batch.truncated, batch.notes) == (False, ())


async def test_window_without_lines_is_an_empty_batch(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(numbered(0, 9))
    (tmp_path / "empty.log").touch()
    assert (await fetch(tmp_path / "*.log", query(500, 600))).lines == ()


async def test_newest_lines_win_beyond_the_limit(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(numbered(0, 99))
    batch = await fetch(tmp_path / "app.log", query(0, 50, limit=2))
    assert messages(batch) == ["line 49", "line 50"]
    assert batch.truncated
    assert not (await fetch(tmp_path / "app.log", query(49, 50, limit=2))).truncated


async def test_stack_trace_stays_with_its_head(tmp_path: Path) -> None:
    trace = f"{stamp(10)} TypeError: x\n    at total (cart.ts:10)\n\n    at main (app.ts:3)\n"
    (tmp_path / "a.log").write_text(numbered(8, 9) + trace + numbered(11, 11))
    # A line of the same second in another file does not tear it.
    (tmp_path / "b.log").write_text(f"{stamp(10)} other\n")
    batch = await fetch(tmp_path / "*.log", query(10, 10))
    text = messages(batch)
    head = text.index("TypeError: x")
    assert text[head + 1 : head + 3] == ["    at total (cart.ts:10)", "    at main (app.ts:3)"]
    assert {line.at for line in batch.lines} == {batch.lines[0].at}
    assert sorted(text) == sorted(
        ["TypeError: x", "    at total (cart.ts:10)", "    at main (app.ts:3)", "other"]
    )


async def test_limit_leaves_no_frames_without_their_head(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(f"{stamp(1)} Error\n  frame 1\n  frame 2\n{stamp(2)} next\n")
    assert messages(await fetch(tmp_path / "app.log", query(0, 9, limit=2))) == ["next"]


async def test_several_files_are_merged_by_time(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(numbered(1, 1) + numbered(4, 4))
    (tmp_path / "b.txt").write_text(numbered(3, 3) + numbered(2, 2))
    pattern = f"{tmp_path}/*.log,{tmp_path}/*.txt"
    assert messages(await fetch(pattern, query(0, 9))) == ["line 1", "line 2", "line 3", "line 4"]
    assert len((await fetch(pattern.replace(",", os.pathsep), query(0, 9))).lines) == 4


async def test_lines_of_other_services_are_left_out_with_what_follows_them(tmp_path: Path) -> None:
    rows = [
        f'{{"ts": "{stamp(1)}", "msg": "mine", "service": "shop"}}',
        f'{{"ts": "{stamp(2)}", "msg": "theirs", "service_name": "mail"}}',
        "  frame of theirs",
        f'{{"ts": "{stamp(3)}", "msg": "nobody\'s"}}',
    ]
    (tmp_path / "app.log").write_text("\n".join(rows))
    assert messages(await fetch(tmp_path / "app.log", query(0, 9))) == ["mine", "nobody's"]


async def test_rotated_files_are_read_when_they_reach_into_the_window(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(numbered(20, 29))
    (tmp_path / "app.log.1").write_text(numbered(10, 19))
    with gzip.open(tmp_path / "app.log.2.gz", "wt") as packed:
        packed.write(numbered(0, 9))
    old = tmp_path / "app.log.3"
    old.write_text(numbered(5, 5))
    before = NOON.timestamp() - 3600
    os.utime(old, (before, before))
    # Not a rotated one.
    (tmp_path / "app.log.bak").write_text(numbered(6, 6))
    for name in ("app.log", "app.log.1", "app.log.2.gz"):
        os.utime(tmp_path / name, (NOON.timestamp() + 30, NOON.timestamp() + 30))
    batch = await fetch(tmp_path / "app.log", query(5, 25))
    assert messages(batch) == [f"line {number}" for number in range(5, 26)]


async def test_service_name_chooses_the_file(tmp_path: Path) -> None:
    for name in ("shop", "mail"):
        (tmp_path / f"{name}.log").write_text(f"{stamp(1)} {name}\n")
    pattern = tmp_path / "{service}.log"
    assert messages(await fetch(pattern, query(0, 9, service="mail"))) == ["mail"]


@pytest.mark.parametrize("service", ["../secret", "a/b", "..", ".", "", "*", "a\x00b", "shöp", "[ab]"])
async def test_service_name_that_is_no_file_name_is_refused(tmp_path: Path, service: str) -> None:
    with pytest.raises(PermanentError, match="service name"):
        await fetch(tmp_path / "{service}.log", query(0, 9, service=service))


async def test_glob_without_a_match_is_named(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match=r"no log file matches .*absent"):
        await fetch(tmp_path / "absent*.log", query(0, 9))
    (tmp_path / "app.log").write_text(numbered(1, 1))
    batch = await fetch(f"{tmp_path}/app.log,{tmp_path}/absent.log", query(0, 9))
    assert (len(batch.lines), batch.notes) == (1, (f"no file matches {tmp_path}/absent.log",))


async def test_folder_and_pipe_are_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.log").mkdir()
    os.mkfifo(tmp_path / "b.log")
    (tmp_path / "c.log").write_text(numbered(1, 1))
    (tmp_path / "d.log").symlink_to(tmp_path / "gone")
    batch = await fetch(tmp_path / "*.log", query(0, 9))
    assert messages(batch) == ["line 1"]
    assert [note.split(" ", 1)[0] for note in batch.notes] == [f"{tmp_path}/{name}.log" for name in "abd"]


async def test_nothing_readable_is_an_error_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.log").mkdir()
    with pytest.raises(PermanentError, match="not a regular file"):
        await fetch(tmp_path / "a.log", query(0, 9))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.EACCES, PermanentError),
        # Between listing and opening the file was rotated away, or the machine is short of something.
        (errno.ENOENT, TransientError),
        (errno.EMFILE, TransientError),
    ],
)
async def test_file_that_does_not_open_is_an_error_that_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, kind: type[OutsideError]
) -> None:
    # Permissions mean nothing to root, who may be running this.
    def refuse(path: Path, mode: str) -> None:
        raise OSError(code, os.strerror(code))

    (tmp_path / "a.log").write_text(numbered(1, 1))
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(kind, match=os.strerror(code)):
        await fetch(tmp_path / "a.log", query(0, 9))


async def test_pattern_that_matches_too_much_reads_the_newest_files(tmp_path: Path) -> None:
    for number in range(205):
        path = tmp_path / f"{number}.log"
        path.write_text(f"{stamp(number)} line {number}\n")
        os.utime(path, (NOON.timestamp() + number, NOON.timestamp() + number))
    batch = await fetch(tmp_path / "*.log", query(0, 999))
    assert messages(batch) == [f"line {number}" for number in range(5, 205)]
    assert batch.notes == ("5 of 205 files not read: too many match",)


def test_description_names_the_pattern() -> None:
    assert LogFilesSource("/x/*.log", read_line=read_line).description == "log files /x/*.log"
