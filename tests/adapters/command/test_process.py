"""Real programs that fail, hang, flood, fork and ignore us: each is bounded, and none runs by a shell."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from issue_intelligence.adapters.command.process import Finished, run_program
from issue_intelligence.ports.errors import PermanentError
from tests.journey.waiting import wait_until

ENV = {"PATH": "/usr/bin:/bin", "SERVICE": "shop"}
PATIENCE_SECONDS = 30


async def run(
    code: str,
    *arguments: str,
    timeout_seconds: float = PATIENCE_SECONDS,
    grace_seconds: float = 5,
    until: Callable[[], bool] = lambda: False,
) -> Finished:
    """Run a Python program of these lines; its time is over when `until` says so."""
    return await run_program(
        [sys.executable, "-S", "-c", code, *arguments],
        env=ENV,
        timeout_seconds=timeout_seconds,
        grace_seconds=grace_seconds,
        keep_bytes=1_000,
        monotonic=lambda: time.monotonic() + (PATIENCE_SECONDS if until() else 0),
    )


def is_alive(pid: int) -> bool:
    """Tell whether it runs; one that ended and waits for its parent to notice does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


@pytest.fixture
def pids(tmp_path: Path) -> Iterator[Path]:
    """A file for pids of what a test leaves running; they end with the test."""
    file = tmp_path / "pids"
    yield file
    for pid in pids_in(file):
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)


def pids_in(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


@pytest.mark.parametrize("code", [0, 1, 7, 255])
async def test_exit_code_and_output_come_back(code: int) -> None:
    finished = await run(
        f"import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit({code})"
    )
    assert (finished.exit_code, finished.timed_out) == (code, False)
    assert finished.output.split() == ["out", "err"]


async def test_one_that_a_signal_ended_says_which() -> None:
    finished = await run("import os; os.kill(os.getpid(), 9)")
    assert finished.exit_code == -signal.SIGKILL


async def test_environment_is_what_is_given_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    finished = await run("import os; print(sorted(os.environ))")
    assert "GITHUB_TOKEN" not in finished.output
    assert "SERVICE" in finished.output


async def test_no_shell_reads_the_arguments() -> None:
    odd = "$(touch x); `id` && echo {service} > y | *"
    finished = await run("import sys; print(sys.argv[1])", odd)
    assert finished.output.strip() == odd


async def test_nobody_can_type_to_it() -> None:
    finished = await run("import sys; print(repr(sys.stdin.read()))")
    assert finished.output.strip() == "''"


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("/no/such/program", "there is no program /no/such/program"),
        ("no-such-program-anywhere", "there is no program no-such-program-anywhere"),
        ("{tmp}/script", "{tmp}/script may not be executed"),
        ("{tmp}/garbage", "{tmp}/garbage could not be started"),
        ("nul\0byte", "could not be started"),
    ],
)
async def test_program_that_cannot_be_started_is_a_permanent_error(
    program: str, why: str, tmp_path: Path
) -> None:
    (tmp_path / "script").write_text("#!/bin/sh\n")
    (tmp_path / "garbage").write_bytes(b"\x00\x01\x02")
    (tmp_path / "garbage").chmod(0o755)
    with pytest.raises(PermanentError) as error:
        await run_program([program.replace("{tmp}", str(tmp_path))], env=ENV, timeout_seconds=1)
    assert why.replace("{tmp}", str(tmp_path)) in str(error.value)


async def test_one_that_hangs_is_asked_to_end(pids: Path) -> None:
    code = (
        "import os, signal, sys, time\n"
        "def end(*_): print('asked', flush=True); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "open(sys.argv[1], 'a').write(f'{os.getpid()}\\n')\n"
        "time.sleep(600)"
    )
    finished = await run(code, str(pids), until=lambda: len(pids_in(pids)) == 1)
    assert (finished.exit_code, finished.timed_out) == (None, True)
    assert finished.output.split() == ["asked"]


async def test_one_that_ignores_that_is_killed_with_its_children(pids: Path) -> None:
    code = (
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "os.fork()\n"
        "open(sys.argv[1], 'a').write(f'{os.getpid()}\\n')\n"
        "time.sleep(600)"
    )
    finished = await run(code, str(pids), grace_seconds=0.2, until=lambda: len(pids_in(pids)) == 2)
    assert finished.timed_out
    await wait_until(lambda: not any(map(is_alive, pids_in(pids))), timeout_seconds=PATIENCE_SECONDS)


async def test_children_of_one_that_heeds_it_are_ended_too(pids: Path) -> None:
    """The parent ends on SIGTERM, its child ignores it."""
    code = (
        "import os, signal, sys, time\n"
        "if os.fork() == 0: signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "open(sys.argv[1], 'a').write(f'{os.getpid()}\\n')\n"
        "time.sleep(600)"
    )
    finished = await run(code, str(pids), grace_seconds=0.2, until=lambda: len(pids_in(pids)) == 2)
    assert finished.timed_out
    await wait_until(lambda: not any(map(is_alive, pids_in(pids))), timeout_seconds=PATIENCE_SECONDS)


async def test_service_that_it_leaves_running_goes_on(pids: Path) -> None:
    """That is what a restart is for; that it holds our pipe open does not keep us."""
    code = (
        "import os, sys, time\n"
        "pid = os.fork()\n"
        "if pid == 0: time.sleep(600)\n"
        "open(sys.argv[1], 'w').write(str(pid))\n"
        "print('started', flush=True)"
    )
    finished = await run(code, str(pids))
    assert (finished.exit_code, finished.output.strip()) == (0, "started")
    [pid] = pids_in(pids)
    assert is_alive(pid)


async def test_flood_is_cut_in_the_middle() -> None:
    code = (
        "import os\n"
        "os.write(1, b'first line\\n')\n"
        "for _ in range(200): os.write(1, b'x' * 65536)\n"
        "os.write(1, b'\\nlast line\\n')"
    )
    finished = await run(code)
    assert finished.exit_code == 0
    assert finished.output.startswith("first line")
    assert finished.output.endswith("last line\n")
    assert "bytes left out]" in finished.output
    assert len(finished.output) < 3_000


async def test_endless_flood_ends_in_time() -> None:
    finished = await run("import os\nwhile True: os.write(1, b'y' * 65536)", timeout_seconds=0.5)
    assert finished.timed_out
    assert len(finished.output) < 3_000


async def test_bytes_that_are_no_text_are_marked() -> None:
    finished = await run("import os; os.write(1, b'caf\\xe9')")
    assert finished.output == "caf�"
