"""Waits for the commit of an inbound event."""

import asyncio

from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.inbound_log import InboundLog, NewInboundEvent


async def append(inbound: InboundLog, event: NewInboundEvent) -> None:
    """Submit the event and wait until it is committed; raises what stood in the way."""
    committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def done(error: OutsideError | None) -> None:
        if error is None:
            committed.set_result(None)
        else:
            committed.set_exception(error)

    inbound.submit(event, done)
    await committed
