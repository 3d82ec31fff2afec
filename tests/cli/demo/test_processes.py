"""The demo's processes end with it, and what stands in the way of a start is said."""

import socket
from pathlib import Path

import pytest

from issue_intelligence.cli.demo.faults import DemoError
from issue_intelligence.cli.demo.processes import Child, child_environment, free_port, require_free

SLEEPER = "import time; print('sleeping', flush=True); time.sleep(60)"


def _child(folder: Path, code: str) -> Child:
    return Child("The shop", ["-c", code], output=folder / "output.txt", environment=child_environment())


def test_process_that_ends_early_is_told_with_its_last_lines(tmp_path: Path) -> None:
    child = _child(tmp_path, "import sys; print('no room left'); sys.exit(7)")
    with pytest.raises(DemoError, match=r"The shop ended with exit code 7\.\n    no room left"):
        child.wait_until_it_answers(f"http://127.0.0.1:{free_port()}/health", timeout_seconds=20)
    child.end()


def test_process_that_never_answers_is_told_and_ended(tmp_path: Path) -> None:
    child = _child(tmp_path, SLEEPER)
    with pytest.raises(DemoError, match=r"The shop is not ready after 0\.3 s: .*no answer"):
        child.wait_until_it_answers(f"http://127.0.0.1:{free_port()}/health", timeout_seconds=0.3)
    assert child.fault() is None
    child.end()
    assert child.fault() is not None
    # Ending twice is harmless.
    child.end()


def test_taken_port_is_named_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(DemoError, match=f"Port {port} is taken"):
            require_free(port)
    require_free(port)


def test_settings_of_the_person_do_not_reach_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/shop")
    assert "DATABASE_URL" not in child_environment()
