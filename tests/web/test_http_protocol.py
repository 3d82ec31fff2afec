"""Connections that keep a place and send no request are ended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from issue_intelligence.web import http_protocol
from issue_intelligence.web.http_protocol import BoundedHttp


async def answer_early(scope: Any, receive: Any, send: Any) -> None:
    """Answer without reading the body."""
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    # The keep-alive of the server itself must not be what ends them.
    config = uvicorn.Config(answer_early, http=BoundedHttp, log_config=None, timeout_keep_alive=60)
    state = ServerState()

    def protocol() -> BoundedHttp:
        return BoundedHttp(config=config, server_state=state, app_state={})

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "pieces",
    [
        # Nothing at all, half a head, an empty line.
        [],
        [b"GET / HTTP/1.1\r\nHost: a"],
        [b"\r\n"],
        # Half a head behind a request, and a body that goes on after its answer.
        [b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP"],
        [b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n", b"{"],
    ],
)
async def test_connection_that_stops_in_mid_request_is_ended(
    pieces: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.05)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number, piece in enumerate(pieces):
            if number:
                assert b"404" in await reader.readuntil(b"\r\n\r\n")
            writer.write(piece)
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()


async def test_connection_between_two_requests_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.05)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert b"404" in await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(0.2)
        writer.close()
