"""How long and how much we read before we know who sends."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from issue_intelligence.web.errors import HttpError
from issue_intelligence.web.intake import read_body


async def test_sender_that_stops_in_mid_body_is_not_waited_for_for_ever() -> None:
    """Else a few thousand such connections, which need no secret, leave no room for anybody else."""
    sent = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> Mapping[str, Any]:
        for message in sent:
            return message
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    with pytest.raises(HttpError) as caught:
        await read_body([], receive, 1_000, patience_seconds=0.01)
    assert caught.value.status == 408


async def test_body_in_pieces_is_joined() -> None:
    pieces = [(b'{"a"', True), (b"", True), (b": 1}", False)]
    messages = iter({"type": "http.request", "body": body, "more_body": more} for body, more in pieces)

    async def receive() -> Mapping[str, Any]:
        return next(messages)

    assert await read_body([], receive, 1_000) == b'{"a": 1}'
