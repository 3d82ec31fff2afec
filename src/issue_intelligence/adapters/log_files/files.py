"""Which files a pattern means for one service, the rotated ones beside them included."""

import glob
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from issue_intelligence.ports.errors import PermanentError

# "app.log.1", "app.log.2.gz", "app.log-20261124", "app.log.2026-11-24.gz" beside "app.log".
_ROTATED_SUFFIX = re.compile(r"[.\-][0-9][0-9TZ_.\-]{0,30}(?:\.gz)?|\.(?:old|gz)")
_SAFE_SERVICE = re.compile(r"[A-Za-z0-9._-]{1,128}")
# A pattern that matches a whole disk is a mistake, and must not become one of ours.
MAX_FILES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    path: Path
    modified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFiles:
    # The last written first.
    files: tuple[LogFile, ...]
    notes: tuple[str, ...]


def expand_pattern(pattern: str, service: str) -> tuple[str, ...]:
    """Split a pattern into globs and put the service's name in.

    Raises PermanentError when the name cannot be part of a file name: it comes from labels, so it
    must not lead to another folder or widen the glob.
    """
    if "{service}" in pattern:
        if not _SAFE_SERVICE.fullmatch(service) or ".." in service or service == ".":
            raise PermanentError(
                f"the service name {service[:80]!r} cannot stand in the file name of LOG_FILES;"
                " only letters, digits, '.', '_' and '-' can"
            )
        pattern = pattern.replace("{service}", service)
    return tuple(part.strip() for part in re.split(f"[,{re.escape(os.pathsep)}]", pattern) if part.strip())


def find_files(globs: tuple[str, ...], *, from_at: datetime) -> FoundFiles:
    """List what the globs match, and of rotated files those written to since `from_at`.

    Raises PermanentError when no glob matches anything.
    """
    notes: list[str] = []
    found: dict[Path, LogFile] = {}
    matches = 0
    for pattern in globs:
        # pathlib takes no absolute patterns.
        matched = sorted(Path(name) for name in glob.glob(pattern, recursive=True))  # noqa: PTH207
        matches += len(matched)
        if not matched:
            notes.append(f"no file matches {pattern}")
        for path in matched:
            _add(path, found, notes)
    if not matches:
        names = ", ".join(globs) or "an empty pattern"
        raise PermanentError(f"no log file matches {names}; correct LOG_FILES")
    if len(found) > MAX_FILES:
        notes.append(f"{len(found) - MAX_FILES} of {len(found)} files not read: too many match")
        found = {file.path.resolve(): file for file in _newest(found)}
    for path in tuple(found):
        _add_rotated(path, found, from_at)
    return FoundFiles(files=_newest(found), notes=tuple(notes))


def _newest(found: dict[Path, LogFile]) -> tuple[LogFile, ...]:
    ordered = sorted(found.values(), key=lambda file: (file.modified_at, str(file.path)), reverse=True)
    return tuple(ordered[:MAX_FILES])


def _add(path: Path, found: dict[Path, LogFile], notes: list[str]) -> None:
    try:
        status = path.stat()
    except OSError as error:
        notes.append(f"{path} not read: {error.strerror or 'unknown reason'}")
        return
    # Opening a pipe or device could wait for ever.
    if not stat.S_ISREG(status.st_mode):
        notes.append(f"{path} not read: not a regular file")
        return
    real = path.resolve()
    found.setdefault(real, LogFile(path=path, modified_at=_modified_at(status)))


def _add_rotated(path: Path, found: dict[Path, LogFile], from_at: datetime) -> None:
    try:
        names = os.listdir(path.parent)  # noqa: PTH208
    except OSError:
        # The folder may be searchable but not readable; then only what was named is read.
        return
    for name in sorted(names):
        rotated = path.parent / name
        if not name.startswith(path.name) or not _ROTATED_SUFFIX.fullmatch(name[len(path.name) :]):
            continue
        candidates: dict[Path, LogFile] = {}
        _add(rotated, candidates, [])
        for real, file in candidates.items():
            # Whatever was last written before the window has no line in it.
            if file.modified_at >= from_at - timedelta(minutes=1):
                found.setdefault(real, file)


def _modified_at(status: os.stat_result) -> datetime:
    try:
        return datetime.fromtimestamp(status.st_mtime, tz=UTC)
    except (OverflowError, ValueError, OSError):
        # A file system's nonsense date.
        return datetime.fromtimestamp(0, tz=UTC)
