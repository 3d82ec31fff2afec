"""Which file is which issue, remembered by the file's time and size so that only changed files are read."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from issue_intelligence.adapters.local_tracker.folder import outside_error
from issue_intelligence.adapters.local_tracker.issue_file import FILE_NAME, ISSUE_MARK_START
from issue_intelligence.ports.errors import PermanentError

# The mark stands right after the head, which is short unless a person wrote a lot into it.
_HEAD_BYTES = 16 * 1024
_MARK = re.compile(rb"^%b\S{1,2000} -->\r?$" % re.escape(ISSUE_MARK_START.encode()), re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Seen:
    changed_ns: int
    size: int
    inode: int
    # "" for a file without a mark of ours.
    mark: str


class FolderIndex:
    """The issues of a folder by number and by mark."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, _Seen] = {}
        # Look-ups run in several threads.
        self._lock = Lock()

    def path_of(self, number: int) -> Path | None:
        """Find the file of a number. Raises PermanentError when two files carry it."""
        return self._only([path for found, path, _ in self._entries() if found == number], f"number {number}")

    def path_with_mark(self, mark: str) -> Path | None:
        """Find the file that was created with this mark."""
        with self._lock:
            entries = list(self._entries())
            names = {path.name for _, path, _ in entries}
            self._seen = {name: seen for name, seen in self._seen.items() if name in names}
            found = [path for _, path, status in entries if self._mark_of(path, status) == mark]
        return self._only(found, "the same mark")

    def highest_number(self) -> int:
        return max((number for number, _, _ in self._entries()), default=0)

    def _only(self, paths: list[Path], what: str) -> Path | None:
        if len(paths) > 1:
            names = ", ".join(sorted(path.name for path in paths))
            raise PermanentError(f"several files in {self._folder} carry {what}: {names}; keep one of them")
        return paths[0] if paths else None

    def _entries(self) -> Iterator[tuple[int, Path, os.stat_result]]:
        """List number, file and status; a folder that does not exist yet has none."""
        try:
            with os.scandir(self._folder) as entries:
                named = [(FILE_NAME.fullmatch(entry.name), entry) for entry in entries]
        except FileNotFoundError:
            return
        except OSError as error:
            raise outside_error(error, self._folder) from error
        for match, entry in named:
            status = _status(entry) if match else None
            if match and status:
                yield int(match.group(1)), Path(entry.path), status

    def _mark_of(self, path: Path, status: os.stat_result) -> str:
        seen = self._seen.get(path.name)
        now = (status.st_mtime_ns, status.st_size, status.st_ino)
        if seen is None or (seen.changed_ns, seen.size, seen.inode) != now:
            seen = _Seen(*now, _read_mark(path))
            self._seen[path.name] = seen
        return seen.mark


def _status(entry: "os.DirEntry[str]") -> os.stat_result | None:
    """None for what is no file, or was removed since the folder was listed."""
    try:
        return entry.stat() if entry.is_file() else None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise outside_error(error, Path(entry.path)) from error


def _read_mark(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            found = _MARK.search(head) or _MARK.search(head + file.read())
    except FileNotFoundError:
        return ""
    except OSError as error:
        # Without this file we cannot tell whether the issue exists, and a second one would be worse.
        raise outside_error(error, path) from error
    return found.group().decode("ascii", errors="replace").strip() if found else ""
