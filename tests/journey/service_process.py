"""The real service as a process of its own, with a clean environment and a folder of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class ServiceProcess:
    """Starts `issue-intelligence serve`; data go to `folder`/data, its output to `folder`/service.log."""

    def __init__(
        self, folder: Path, *, env: Mapping[str, str] | None = None, port: int | None = None
    ) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = folder / "service.log"
        self._env = {
            "PATH": os.environ.get("PATH", ""),  # noqa: TID251
            "PYTHONPATH": str(ROOT / "src"),
            "DATA_DIR": str(folder / "data"),
            **(env or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Start it, with more options of `serve` where a test needs them."""
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "issue_intelligence", "serve", "--port", str(self.port), *options],
                env=self._env,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    def wait_ready(self, timeout_seconds: float = 30) -> None:
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise AssertionError(f"the service ended: {self.output()}")
            try:
                if httpx2.get(f"{self.url}/ready", timeout=2).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"not ready within {timeout_seconds} s: {self.output()}")

    def wait_ended(self, timeout_seconds: float = 30) -> int:
        """Wait for the process to end by itself; give its exit code."""
        if self._process is None:
            raise AssertionError("it was never started")
        return self._process.wait(timeout_seconds)

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(30)

    def terminate(self) -> int:
        """Ask it to finish (SIGTERM); give its exit code."""
        if self._process is None:
            raise AssertionError("it was never started")
        self._process.terminate()
        return self._process.wait(60)

    def issues(self) -> list[Path]:
        return sorted((self.folder / "data" / "issues").glob("*.md"))

    def output(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""
