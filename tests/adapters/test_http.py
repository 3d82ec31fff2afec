"""What every client of ours has in common."""

import asyncio

import httpx2
import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.version import VERSION


async def test_client_says_who_asks() -> None:
    async with http_client(timeout_seconds=1) as client:
        assert client.headers["user-agent"] == f"issue-intelligence/{VERSION}"
    async with http_client(timeout_seconds=1, user_agent="shop-probe") as client:
        assert client.headers["user-agent"] == "shop-probe"


async def test_failed_call_is_not_repeated_in_secret() -> None:
    calls = 0

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with http_client(timeout_seconds=2) as client:
            with pytest.raises(httpx2.TransportError):
                await client.get(f"http://127.0.0.1:{port}/")
    assert calls == 1


async def test_redirect_is_handed_to_the_caller() -> None:
    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(redirect, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with http_client(timeout_seconds=2) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 302
