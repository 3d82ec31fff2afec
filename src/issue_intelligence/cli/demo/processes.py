"""The demo's own processes: each is started, waited for, and ended with the demo, however that ends."""

import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import issue_intelligence
from issue_intelligence.cli.demo.faults import DemoError
from issue_intelligence.cli.demo.interrupts import held_back
from issue_intelligence.cli.demo.local_http import ask

_POLL_SECONDS = 0.05
_END_SECONDS = 10
_TAIL_LINES = 12


class Child:
    """A Python process whose output goes to a file."""

    def __init__(
        self, name: str, arguments: Sequence[str], *, output: Path, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self._output = output
        with output.open("wb") as stream:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=output.parent,
                # Ctrl-C is the demo's to handle: it ends its children in order.
                start_new_session=True,
            )

    def wait_until_it_answers(self, url: str, *, timeout_seconds: float) -> None:
        """Wait for an answer 200. Raises DemoError with the process's last lines."""
        deadline = time.monotonic() + timeout_seconds
        last = "no answer yet"
        while time.monotonic() < deadline:
            if (code := self._process.poll()) is not None:
                raise DemoError(f"{self.name} ended with exit code {code}.{self._tail()}")
            try:
                answer = ask("GET", url, timeout_seconds=2)
            except DemoError as error:
                last = str(error)
            else:
                if answer.status == 200:
                    return
                last = f"{url} answered {answer.status}"
            time.sleep(_POLL_SECONDS)
        raise DemoError(f"{self.name} is not ready after {timeout_seconds:g} s: {last}.{self._tail()}")

    def fault(self) -> str | None:
        """Say how the process ended; None while it runs."""
        code = self._process.poll()
        return None if code is None else f"{self.name} ended with exit code {code}.{self._tail()}"

    def end(self) -> None:
        """Ask it to end, and insist after a while."""
        try:
            self._process.terminate()
            self._process.wait(_END_SECONDS)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            # Impatience, ours or that of the person who pressed Ctrl-C again.
            with held_back():
                self._process.kill()
                self._process.wait()

    def _tail(self) -> str:
        lines = self._output.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
        return "".join(f"\n    {line[:300]}" for line in lines) or " It wrote nothing."


def child_environment(**variables: str) -> dict[str, str]:
    """Give an environment in which nothing of the person's own settings reaches a child."""
    home = Path(issue_intelligence.__file__).resolve().parents[1]
    return {"PYTHONPATH": str(home), "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin", **variables}


def free_port() -> int:
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        return int(candidate.getsockname()[1])


def require_free(port: int) -> None:
    """Raise DemoError when another process listens on the port."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError as error:
            raise DemoError(
                f"Port {port} is taken ({error.strerror}). Name another one: --port 3004"
            ) from error
