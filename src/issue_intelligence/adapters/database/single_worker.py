"""Keeps a second pipeline away from the same SQLite files.

Both would run the same workflows under the same name. On PostgreSQL replicas have names of their own.
"""

import fcntl
import os
from pathlib import Path

from sqlalchemy import URL

from issue_intelligence.ports.errors import PermanentError


class SingleWorkerLock:
    """A lock on a file beside the database; the system releases it when the process ends, however it ends."""

    def __init__(self, url: URL) -> None:
        database = url.database if url.get_backend_name() == "sqlite" else None
        self._path = Path(f"{database}.lock") if database else None
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock. Raises PermanentError when another process has it."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise PermanentError(
                f"another process already works on {self._path.with_suffix('')}; "
                "stop it, set another DATA_DIR, or start with --no-worker"
            ) from error
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
