"""One kept connection that sends and reads JSON, small enough to be trusted by a test."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit


class HttpJson:
    """HTTP/1.1 over one connection; a failure of the connection is an OSError."""

    def __init__(self, url: str, *, timeout_seconds: float = 30) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._timeout_seconds = timeout_seconds
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> tuple[int, Any]:
        return await self._exchange("GET", path, b"")

    async def post(self, path: str, body: bytes) -> tuple[int, Any]:
        return await self._exchange("POST", path, body)

    async def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                if self._streams is None:
                    self._streams = await asyncio.open_connection(self._host, self._port)
                reader, writer = self._streams
                head = (
                    f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n"
                    f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
                return await _answer(reader)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            await self.close()
            raise ConnectionError(f"{method} {path}: {type(error).__name__}: {error}") from error


async def _answer(reader: asyncio.StreamReader) -> tuple[int, Any]:
    status = int((await reader.readuntil(b"\r\n")).split(b" ")[1])
    length = 0
    while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return status, json.loads(await reader.readexactly(length))
