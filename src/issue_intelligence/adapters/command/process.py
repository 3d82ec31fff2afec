"""Runs one program without a shell: bounded in time and output, and in a process group of its own."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from issue_intelligence.adapters.command.ends import BothEnds
from issue_intelligence.ports.errors import PermanentError

_POLL_SECONDS = 0.05
_CHUNK_BYTES = 64 << 10
# What is read in one turn: one that floods must not keep the event loop.
_CHUNKS_A_TURN = 16
# From SIGTERM to SIGKILL.
GRACE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    # None when it was ended by us.
    exit_code: int | None
    output: str
    seconds: float

    @property
    def timed_out(self) -> bool:
        return self.exit_code is None


async def run_program(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    timeout_seconds: float,
    grace_seconds: float = GRACE_SECONDS,
    keep_bytes: int = 4 << 10,
    monotonic: Callable[[], float] = monotonic,
) -> Finished:
    """Run it to its end; of its output keep so many bytes of each end. `monotonic` gives seconds.

    What it starts and leaves running is left alone, but for one that runs too long: then its whole
    process group is ended. Raises PermanentError when it cannot be started.
    """
    started = monotonic()
    reading, writing = os.pipe()
    kept = BothEnds(keep_bytes)
    try:
        process = _start(arguments, env, writing)
        os.set_blocking(reading, False)
        in_time = await _wait(process, reading, kept, timeout_seconds, monotonic)
        if not in_time:
            _signal_group(process, signal.SIGTERM)
            await _wait(process, reading, kept, grace_seconds, monotonic)
            # Also when the program itself has gone: those it started may have not.
            _signal_group(process, signal.SIGKILL)
            await _wait(process, reading, kept, grace_seconds, monotonic)
        _drain(reading, kept)
    finally:
        os.close(reading)
    return Finished(
        exit_code=process.returncode if in_time else None,
        output=kept.text(),
        seconds=monotonic() - started,
    )


def _start(arguments: Sequence[str], env: Mapping[str, str], output: int) -> "subprocess.Popen[bytes]":
    """Start it by the plain module: asyncio's own would kill it when this service ends in mid-restart."""
    try:
        return subprocess.Popen(
            list(arguments),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            # Neither Ctrl-C nor our own end reaches it, and its children are ended with it.
            start_new_session=True,
            # Our end must not kill it by a broken pipe either: half a restart is worse than none.
            restore_signals=False,
        )
    except FileNotFoundError as error:
        raise PermanentError(f"there is no program {arguments[0]}") from error
    except PermissionError as error:
        raise PermanentError(f"{arguments[0]} may not be executed") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise PermanentError(f"{arguments[0]} could not be started: {reason}") from error
    finally:
        os.close(output)


async def _wait(
    process: "subprocess.Popen[bytes]",
    descriptor: int,
    kept: BothEnds,
    timeout_seconds: float,
    monotonic: Callable[[], float],
) -> bool:
    """Read until it ends; False when it does not in time. Children that keep the pipe open may do so."""
    ends_at = monotonic() + timeout_seconds
    while process.poll() is None:
        _drain(descriptor, kept)
        if monotonic() >= ends_at:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True


def _drain(descriptor: int, kept: BothEnds) -> None:
    for _ in range(_CHUNKS_A_TURN):
        try:
            chunk = os.read(descriptor, _CHUNK_BYTES)
        except BlockingIOError:
            return
        if not chunk:
            return
        kept.add(chunk)


def _signal_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    # Its group has its own number, as it began a session; the number is not given anew while the group lives.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
