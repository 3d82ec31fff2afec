"""Waits for what another process brings about."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
_POLL_SECONDS = 0.1


def wait_for(what: str, look: Callable[[], T | None], *, timeout_seconds: float = 30) -> T:
    """Look until there is something, not None and not False; give it."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        found = look()
        if found is not None and found is not False:
            return found
        time.sleep(_POLL_SECONDS)
    raise AssertionError(f"{what}: not within {timeout_seconds:g} s")


async def wait_until(condition: Callable[[], object | Awaitable[object]], *, timeout_seconds: float) -> None:
    """Wait until the condition gives something true; an AssertionError when it does not."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        outcome = condition()
        if inspect.isawaitable(outcome):
            outcome = await outcome
        if outcome:
            return
        await asyncio.sleep(_POLL_SECONDS)
    raise AssertionError(f"it did not come true within {timeout_seconds:g} s")
