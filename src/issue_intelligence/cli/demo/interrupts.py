"""Ctrl-C, SIGTERM and a closed terminal end the demo in order, children first."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class _Held:
    # Blocks that are held back now, one within the other.
    blocks: int = 0
    came_meanwhile: bool = False


# Signals are the process's, and so is this.
_held = _Held()


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let any of the signals raise KeyboardInterrupt."""
    before = {number: signal.signal(number, _interrupt) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def held_back() -> Iterator[None]:
    """Let an interrupt wait for the end of the block, which must be short."""
    _held.blocks += 1
    try:
        yield
    finally:
        _held.blocks -= 1
    if _held.came_meanwhile and not _held.blocks:
        _held.came_meanwhile = False
        raise KeyboardInterrupt


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    if not _held.blocks:
        raise KeyboardInterrupt
    _held.came_meanwhile = True
