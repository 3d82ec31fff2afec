"""Starts the service and its rivals as processes of their own, and reads from /proc what they use."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_START_SECONDS = 60.0

SERVICE = ("issue_intelligence", "serve")
INTAKE_ONLY = ("issue_intelligence", "serve", "--no-worker")
ONE_COMMIT = ("benchmarks.one_commit",)
ECHO = ("benchmarks.echo",)


class ServerProcess:
    """A Python module that serves on loopback, with its data in `folder` and a clean environment."""

    def __init__(self, module: Sequence[str], folder: Path, *, env: Mapping[str, str] | None = None) -> None:
        self.port = _free_port()
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        inherited = os.environ  # noqa: TID251  (for the child, which must not see our settings)
        kept = {name: inherited[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in inherited}
        self._env = {
            **kept,
            "DATA_DIR": str(folder / "data"),
            "INTAKE_RATE_LIMIT": "0",
            # A benchmark makes more issues than a team wants to read.
            "ISSUE_CREATION": '{"max_issues_per_hour": 100000}',
            **(env or {}),
        }
        self._command = [sys.executable, "-m", *module, "--port", str(self.port)]
        self._process: subprocess.Popen[bytes] | None = None
        self.start_seconds = 0.0

    def __enter__(self) -> Self:
        begun_at = time.perf_counter()
        with (self.folder / "output.txt").open("wb") as output:
            self._process = subprocess.Popen(
                self._command, env=self._env, stdout=output, stderr=subprocess.STDOUT
            )
        while time.perf_counter() - begun_at < _START_SECONDS:
            if self._process.poll() is not None:
                break
            try:
                self.get("/ready")
            except (URLError, OSError):
                time.sleep(0.01)
                continue
            self.start_seconds = time.perf_counter() - begun_at
            return self
        self._process.kill()
        raise RuntimeError(f"{self._command} did not start: {(self.folder / 'output.txt').read_text()}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def get(self, path: str) -> Any:
        return json.loads(self.text(path))

    def text(self, path: str) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return str(answer.read(), encoding="utf-8")

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def rss_bytes(self) -> int:
        """Resident memory of the process and all its descendants; shared pages count once a process."""
        return sum(_rss_bytes(pid) for pid in self._tree())

    def cpu_seconds(self) -> float:
        return sum(_cpu_seconds(pid) for pid in self._tree())

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._tree():
            os.kill(pid, number)

    def _tree(self) -> list[int]:
        assert self._process is not None
        tree = [self._process.pid]
        for pid in tree:
            for path in Path(f"/proc/{pid}/task").glob("*/children"):
                tree += [int(child) for child in path.read_text().split()]
        return tree


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _rss_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS
