"""The real service as a process of its own, which a test may kill."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self

REPOSITORY = Path(__file__).parents[2]
SERVE = ("-m", "issue_intelligence")
_HOST = "127.0.0.1"
_POLL_SECONDS = 0.05


class ServiceProcess:
    """`issue-intelligence serve` in a folder: its data, its issues and its output are in there.

    The environment is empty but for what is given, so that nothing of the machine plays a part.
    """

    def __init__(
        self,
        folder: Path,
        *,
        env: Mapping[str, str] | None = None,
        port: int | None = None,
        entry: Sequence[str] = SERVE,
    ) -> None:
        """`entry` are the interpreter's arguments before `serve`: a test may start a script of its own."""
        self.folder = folder
        self.port = port or free_port()
        self._env = dict(env or {})
        self._entry = tuple(entry)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{_HOST}:{self.port}"

    @property
    def output_file(self) -> Path:
        return self.folder / "service.log"

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def issues(self) -> list[Path]:
        """The issue files, by number."""
        return sorted((self.data_dir / "issues").glob("[0-9]*.md"))

    def output(self) -> str:
        return self.output_file.read_text(encoding="utf-8", errors="replace")

    def start(self) -> Self:
        """Start it, also again, and do not wait for it."""
        assert not self.is_running, "the service runs already"
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.output_file.open("ab") as output:
            self._process = subprocess.Popen(
                self._arguments(),
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self

    def wait_ready(self, timeout_seconds: float = 30) -> float:
        """Wait until it takes alerts; give the seconds that took."""
        started = time.monotonic()
        while time.monotonic() - started < timeout_seconds:
            if self._running().poll() is not None:
                raise AssertionError(f"the service ended with {self._running().returncode}:\n{self.output()}")
            if self._answers_ready():
                return time.monotonic() - started
            time.sleep(_POLL_SECONDS)
        raise AssertionError(f"the service was not ready within {timeout_seconds:g} s:\n{self.output()}")

    def freeze(self) -> None:
        """Let it stand still without knowing, as a paused machine does."""
        self._running().send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._running().send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL."""
        self._running().send_signal(signal.SIGKILL)
        self._running().wait()

    def terminate(self, timeout_seconds: float = 60) -> None:
        """Ask it to end, and wait until it has; an end on request is no failure."""
        self._running().send_signal(signal.SIGTERM)
        assert self.wait_ended(timeout_seconds) == 0, self.output()

    def wait_ended(self, timeout_seconds: float = 60) -> int:
        return self._running().wait(timeout_seconds)

    def close(self) -> None:
        """Make sure that nothing of it is left running."""
        if self.is_running:
            self.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _arguments(self) -> Sequence[str]:
        return (sys.executable, *self._entry, *self._command())

    def _command(self) -> Sequence[str]:
        return ("serve", "--port", str(self.port))

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}",
            "PYTHONUNBUFFERED": "1",
            "DATA_DIR": str(self.data_dir),
            # Tests make more issues in a minute than a team wants in an hour.
            "ISSUE_CREATION": '{"max_issues_per_hour": 1000}',
            **self._env,
        }

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise AssertionError("the service was not started")
        return self._process

    def _answers_ready(self) -> bool:
        connection = HTTPConnection(_HOST, self.port, timeout=2)
        try:
            connection.request("GET", "/ready")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port
