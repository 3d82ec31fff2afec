"""An HTTP server on loopback that answers each path as told, and keeps what it was asked."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.fakes.loopback import listening


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    # Names in lower case.
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    body: object = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Given = Answer | Callable[[Request], Answer]


@dataclass
class HttpAnswers:
    """`answers` by path; any other path is 404."""

    answers: dict[str, Given]
    requests: list[Request] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Serve, and give the base URL."""
        async with listening(self._talk) as port:
            yield f"http://127.0.0.1:{port}"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, target, _ = head.split(" ", 2)
        url = urlsplit(target)
        request = Request(
            method=method,
            path=url.path,
            query={name: values[-1] for name, values in parse_qs(url.query).items()},
            headers={
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
            },
        )
        self.requests.append(request)
        given = self.answers.get(request.path, Answer("404 page not found", 404))
        answer = given(request) if callable(given) else given
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        headers = {"Content-Length": str(len(text.encode())), "Connection": "close", **answer.headers}
        written = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {answer.status} X\r\n{written}\r\n{text}".encode())
        await writer.drain()
