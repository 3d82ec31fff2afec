"""What the file system refuses, and several processes at once."""

# A test may block its own loop.
# ruff: noqa: ASYNC220, ASYNC240

import asyncio
import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from issue_intelligence.adapters.local_tracker.folder import outside_error
from issue_intelligence.adapters.local_tracker.tracker import LocalTracker
from issue_intelligence.core.model.issue import IssueText
from issue_intelligence.ports.errors import OutsideError, PermanentError, TransientError

TEXT = IssueText(title="title", body="body", labels=())


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        # Somebody frees space, closes files, mends the disk.
        (errno.ENOSPC, TransientError),
        (errno.EDQUOT, TransientError),
        (errno.EIO, TransientError),
        (errno.EMFILE, TransientError),
        # Only a change of rights or settings helps.
        (errno.EACCES, PermanentError),
        (errno.EROFS, PermanentError),
        (errno.ENOTDIR, PermanentError),
        (errno.ENAMETOOLONG, PermanentError),
    ],
)
def test_kind_of_error(code: int, kind: type[OutsideError]) -> None:
    error = outside_error(OSError(code, os.strerror(code)), Path("/data/issues/0001-x.md"))
    assert type(error) is kind
    assert "/data/issues/0001-x.md" in str(error)


async def test_full_disk_leaves_the_old_file_and_no_half_one(
    tracker: LocalTracker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tracker.create(TEXT, marker="a")
    before = (folder / "0001-title.md").read_bytes()

    def no_space(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", no_space)
        with pytest.raises(TransientError, match="no space left"):
            await tracker.comment(1, "news", marker="c")
        with pytest.raises(TransientError, match="no space left"):
            await tracker.create(TEXT, marker="b")
    assert (folder / "0001-title.md").read_bytes() == before
    assert not list(folder.glob(".*.tmp"))
    # And with room again, both work.
    await tracker.comment(1, "news", marker="c")
    assert (await tracker.create(TEXT, marker="b")).number == 2


async def test_file_in_the_place_of_the_folder_is_permanent(tracker: LocalTracker, folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file", encoding="utf-8")
    with pytest.raises(OutsideError):
        await tracker.create(TEXT, marker="a")
    with pytest.raises(PermanentError, match="not a folder"):
        await tracker.get(1)


async def test_bad_counter_is_permanent(tracker: LocalTracker, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / ".last-number").write_text("many", encoding="utf-8")
    with pytest.raises(PermanentError, match=r"\.last-number"):
        await tracker.create(TEXT, marker="a")


async def test_folder_locked_by_another_process_is_transient(tracker: LocalTracker, folder: Path) -> None:
    await tracker.create(TEXT, marker="a")
    with (folder / ".lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TransientError, match="locked"):
            await tracker.create(TEXT, marker="b")
        # Reading needs no lock.
        assert await tracker.find_by_marker("a") is not None
    assert (await tracker.create(TEXT, marker="b")).number == 2


_WRITER = """
import asyncio, sys
from pathlib import Path
from issue_intelligence.adapters.local_tracker.tracker import LocalTracker
from issue_intelligence.core.model.issue import IssueText
from tests.fakes.stopped_clock import StoppedClock

async def write() -> None:
    tracker = LocalTracker(Path(sys.argv[1]), clock=StoppedClock())
    for number in range(10):
        issue = await tracker.create(IssueText(title="t", body="b", labels=()), marker=f"shared={number}")
        await tracker.create(IssueText(title="t", body="b", labels=()), marker=f"{sys.argv[2]}={number}")
        await tracker.comment(issue.number, "news", marker=f"shared={number}")

asyncio.run(write())
"""


async def test_several_processes_write_each_issue_once(tracker: LocalTracker, folder: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(folder), name], cwd=Path(__file__).parents[3])
        for name in ("one", "two", "three")
    ]
    codes = await asyncio.gather(*(asyncio.to_thread(writer.wait, 60) for writer in writers))
    assert codes == [0, 0, 0]
    paths = sorted(folder.glob("*.md"))
    assert [path.name for path in paths] == [f"{number:04d}-t.md" for number in range(1, 41)]
    shared = [text for path in paths if "issue shared=" in (text := path.read_text(encoding="utf-8"))]
    assert [text.count("### Comment of") for text in shared] == [1] * 10
