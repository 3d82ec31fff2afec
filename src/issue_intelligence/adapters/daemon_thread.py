"""Runs what may never come back, such as a read from a dead network disk, without waiting for its end."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_daemon_thread(act: Callable[[], T]) -> T:
    """Give what `act` gives, or raise what it raises.

    Unlike with asyncio.to_thread, neither the end of the loop nor that of the process waits for a call
    that was given up.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def deliver(result: T | None, error: Exception | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = act()
        except Exception as raised:  # noqa: BLE001  (raised again where it is awaited)
            error = raised
        # The loop may be gone by now, and with it whoever asked.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(deliver, result, error)

    threading.Thread(target=run, daemon=True, name="doctor").start()
    return await answer
