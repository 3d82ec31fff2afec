"""Reading and writing files so that nobody ever sees half of one, and a crash loses none."""

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from issue_intelligence.ports.errors import OutsideError, PermanentError, TransientError

LOCK_NAME = ".lock"
_TEMPORARY_SUFFIX = ".tmp"
_POLL_SECONDS = 0.02

# Nobody but a person mends these; anything else (a full disk, too many open files) may pass.
_PERMANENT = {
    errno.EACCES: "no permission for",
    errno.EPERM: "no permission for",
    errno.EROFS: "the file system is read-only:",
    errno.ENOTDIR: "not a folder:",
    errno.EISDIR: "a folder stands in the place of",
    errno.ENAMETOOLONG: "the name is too long:",
    errno.ELOOP: "links go round in a circle:",
}
_TRANSIENT = {errno.ENOSPC: "no space left for", errno.EDQUOT: "the quota is used up for"}


def outside_error(error: OSError, path: Path) -> OutsideError:
    """Translate a failure of the file system; the message names the file."""
    code = error.errno or 0
    if code in _PERMANENT:
        return PermanentError(f"{_PERMANENT[code]} {path}")
    return TransientError(f"{_TRANSIENT.get(code, 'cannot use')} {path} ({error.strerror or error})")


@contextmanager
def exclusive(folder: Path, *, timeout_seconds: float) -> Iterator[None]:
    """Hold the folder against every other writer, in this process or another, making it if need be.

    Raises TransientError when another writer keeps it for longer than the time-out.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise outside_error(error, folder) from error
    try:
        _wait_for_lock(descriptor, folder, timeout_seconds)
        yield
    finally:
        # Closing gives the lock up; it belongs to this open file, so threads exclude each other too.
        os.close(descriptor)


def _wait_for_lock(descriptor: int, folder: Path, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise TransientError(f"another process keeps {folder} locked") from None
            time.sleep(_POLL_SECONDS)
        except OSError as error:
            raise outside_error(error, folder) from error
        else:
            return


def write_durably(path: Path, text: str) -> None:
    """Replace a file as a whole; when this returns, the new text survives a power cut.

    The caller holds the folder, so the temporary name is nobody else's.
    """
    temporary = path.with_name(f".{path.name}{_TEMPORARY_SUFFIX}")
    try:
        _write_and_sync(temporary, text, _mode_of(path))
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise outside_error(error, path) from error


def _mode_of(path: Path) -> int | None:
    """A rewritten file keeps the rights a person gave it; a new one takes the process's default."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _write_and_sync(path: Path, text: str, mode: int | None) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        if mode is not None:
            os.fchmod(descriptor, mode)
        file.write(text.encode("utf-8", errors="replace"))
        file.flush()
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    """The new name itself is only durable when the folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(folder: Path) -> None:
    """Remove what a crash in mid-write left; only while holding the folder."""
    try:
        for path in folder.glob(f".*{_TEMPORARY_SUFFIX}"):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise outside_error(error, folder) from error


def read_text(path: Path) -> str:
    """Read a file with line ends as "\\n". Raises PermanentError when it is no UTF-8 text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PermanentError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise outside_error(error, path) from error
