"""Start and end of the service as the server asks for them."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from issue_intelligence.ports.errors import OutsideError

Lifespan = Callable[[], AbstractAsyncContextManager[None]]


async def run_lifespan(lifespan: Lifespan, receive: Any, send: Any) -> None:
    """Speak ASGI's lifespan protocol.

    What the outside refuses at the start (a database that is away, a lock that is taken) is said
    in its own sentence, since a stack trace helps nobody who has to mend it.
    """
    await receive()
    try:
        async with lifespan():
            await send({"type": "lifespan.startup.complete"})
            await receive()
    except OutsideError as error:
        await send({"type": "lifespan.startup.failed", "message": f"Cannot start: {error}"})
        return
    await send({"type": "lifespan.shutdown.complete"})
