"""A disk that a test can fill and empty: a tmpfs where we may mount one, or a limit on file sizes."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tests.journey.service_process import ServiceProcess

# Plenty for all that a test stores once the ballast is away.
SIZE_BYTES = 64 * 1024 * 1024
_BALLAST = "ballast"
_ROOM_FOR_OUTPUT_BYTES = 128 * 1024


class LittleRoom(Protocol):
    def fill(self) -> None: ...

    def free(self) -> None: ...


class Tmpfs:
    """ENOSPC for everything: databases, issue files, journals."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / _BALLAST

    def fill(self) -> None:
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                return

    def free(self) -> None:
        self._ballast.unlink()


class FileSizeLimit:
    """EFBIG for whatever would be written beyond the end of the service's own output; needs no rights."""

    def __init__(self, service: ServiceProcess) -> None:
        self._service = service

    def fill(self) -> None:
        self._set(self._service.output_file.stat().st_size + _ROOM_FOR_OUTPUT_BYTES)

    def free(self) -> None:
        self._set(resource.RLIM_INFINITY)

    def _set(self, soft: int) -> None:
        resource.prlimit(self._service.pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))


@contextmanager
def small_disk_at(folder: Path) -> Iterator[bool]:
    """Mount a small disk; False when we may not."""
    folder.mkdir(parents=True)
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE_BYTES}", "tmpfs", str(folder)],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
