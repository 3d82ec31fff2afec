"""How long and how much we read before we know who sends."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from issue_intelligence.web.errors import HttpError
from issue_intelligence.web.request_body import BodyReader


async def test_sender_that_stops_in_mid_body_is_not_waited_for_for_ever() -> None:
    """Else a few thousand such connections, which need no secret, leave no room for anybody else."""
    sent = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> Mapping[str, Any]:
        for message in sent:
            return message
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    with pytest.raises(HttpError) as caught:
        await BodyReader(max_body_bytes=1_000, patience_seconds=0.01).read([], receive)
    assert caught.value.status == 408


async def test_body_in_pieces_is_joined() -> None:
    pieces = [(b'{"a"', True), (b"", True), (b": 1}", False)]
    messages = iter({"type": "http.request", "body": body, "more_body": more} for body, more in pieces)

    async def receive() -> Mapping[str, Any]:
        return next(messages)

    assert await BodyReader(max_body_bytes=1_000).read([], receive) == b'{"a": 1}'


async def test_bodies_that_strangers_send_at_once_are_bounded_together() -> None:
    reader = BodyReader(max_body_bytes=100, max_reading_bytes=150)
    hold = asyncio.Event()

    def sender(*sizes: int) -> Callable[[], Awaitable[Mapping[str, Any]]]:
        pieces = iter(sizes)

        async def receive() -> Mapping[str, Any]:
            size = next(pieces, None)
            if size is None:
                await hold.wait()
            return {"type": "http.request", "body": b"x" * (size or 0), "more_body": size is not None}

        return receive

    first = asyncio.create_task(reader.read([], sender(90)))
    await asyncio.sleep(0)
    with pytest.raises(HttpError) as caught:
        await reader.read([], sender(90))
    assert (caught.value.status, caught.value.retry_after_seconds) == (503, 1)
    hold.set()
    assert len(await first) == 90
    # What was read is let go again.
    assert len(await reader.read([], sender(90))) == 90
