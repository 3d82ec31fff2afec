"""Whatever a service does when asked, the probe ends in time with a probe and a sentence."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.adapters.http_failure import explain_failure
from issue_intelligence.adapters.http_probe.probes import HealthUrlProbe
from issue_intelligence.adapters.http_probe.request import MAX_BODY_BYTES, HttpAsker
from issue_intelligence.core.model.evidence import HealthProbe, ServiceState
from tests.adapters.http_probe.conftest import StartServer, answer


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with http_client(timeout_seconds=5) as made:
        yield made


async def probe(client: httpx2.AsyncClient, url: str, *, timeout_seconds: float = 5) -> HealthProbe:
    asker = HttpAsker(client=client, timeout_seconds=timeout_seconds)
    return (await HealthUrlProbe(asker=asker, name="shop", url=url).ask())[0]


async def test_healthy_service_is_up_and_its_parts_are_named(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(answer(200, b'{"status": "ok", "checks": {"database": "up", "payments": "down"}}'))

    url = await start_server(handler)
    probes = await HealthUrlProbe(asker=HttpAsker(client=client), name="shop", url=url).ask()
    assert [(item.name, item.state) for item in probes] == [
        ("shop", ServiceState.UP),
        ("database", ServiceState.UP),
        ("payments", ServiceState.DOWN),
    ]
    assert probes[0].status_code == 200
    assert probes[0].response_time_ms is not None


async def test_slow_answer_is_degraded(client: httpx2.AsyncClient, start_server: StartServer) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(answer(200))

    readings: Iterator[float] = iter((100.0, 103.5))
    asker = HttpAsker(client=client, monotonic=lambda: next(readings))
    (found,) = await HealthUrlProbe(asker=asker, name="shop", url=await start_server(handler)).ask()
    assert (found.state, found.response_time_ms) == (ServiceState.DEGRADED, 3500.0)
    assert "3.5 s" in found.detail


async def test_server_that_never_answers_is_down(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        await asyncio.Event().wait()

    found = await probe(client, await start_server(handler), timeout_seconds=0.2)
    assert (found.state, found.response_time_ms) == (ServiceState.DOWN, None)
    assert found.detail == "no complete answer within 0.2 s"


async def test_server_that_drips_its_answer_is_down(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.01)

    found = await probe(client, await start_server(handler), timeout_seconds=0.3)
    assert found.detail == "no complete answer within 0.3 s"


async def test_endless_redirect_is_down(client: httpx2.AsyncClient, start_server: StartServer) -> None:
    paths: list[str] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        paths.append(path)
        writer.write(answer(302, b"", f"Location: {path}x"))

    found = await probe(client, await start_server(handler) + "/a")
    assert (found.state, found.detail) == (ServiceState.DOWN, "redirected more than 3 times")
    assert paths == ["/a", "/ax", "/axx", "/axxx"]


async def test_redirect_on_the_same_host_is_followed(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(answer(200) if path == "/health/" else answer(301, b"", "Location: /health/"))

    assert (await probe(client, await start_server(handler) + "/health")).state is ServiceState.UP


async def test_redirect_to_another_host_is_not_followed(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(answer(302, b"", "Location: http://169.254.1.1/secret"))

    found = await probe(client, await start_server(handler))
    assert (found.state, found.detail) == (
        ServiceState.DOWN,
        "redirected to another host, which was not asked",
    )


async def test_huge_answer_is_not_read_to_its_end(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    written = 0

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n" + b'{"status": "down", "x": "')
        for _ in range(160):
            writer.write(b"y" * MAX_BODY_BYTES)
            await writer.drain()
            written += MAX_BODY_BYTES

    found = await probe(client, await start_server(handler))
    # What cannot be read whole is not judged by its beginning.
    assert (found.state, found.detail) == (ServiceState.UP, "answered 200")
    assert written < 10_485_760


async def test_connection_that_breaks_off_is_down(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    found = await probe(client, await start_server(handler))
    assert found.state is ServiceState.DOWN
    assert "broke off" in found.detail


async def test_answer_that_is_not_http_is_down(client: httpx2.AsyncClient, start_server: StartServer) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    assert "did not speak HTTP" in (await probe(client, await start_server(handler))).detail


async def test_plain_server_behind_an_https_url_is_down(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        raise AssertionError("no request gets through")

    url = (await start_server(handler)).replace("http:", "https:")
    found = await probe(client, url, timeout_seconds=0.5)
    assert found.state is ServiceState.DOWN


async def test_closed_port_is_down(client: httpx2.AsyncClient) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        found = await probe(client, f"http://127.0.0.1:{port}/")
    assert found.detail == "the connection was refused: nothing listens there"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        # RFC 2606 keeps this name free of hosts.
        ("http://shop.invalid/health", "could not be resolved"),
        ("ftp://shop.example/health", "no http or https URL"),
        ("http://[::1/health", "no valid URL"),
        ("http://127.0.0.1:99999/health", ""),
        ("not a url", "its URL"),
    ],
)
async def test_url_that_cannot_be_asked_is_down_with_a_sentence(
    client: httpx2.AsyncClient, url: str, words: str
) -> None:
    found = await probe(client, url)
    assert found.state is ServiceState.DOWN
    assert words in found.detail


def test_bad_certificate_is_told_by_its_fault() -> None:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_message = "certificate has expired"
    error = httpx2.ConnectError("x")
    error.__cause__ = ExceptionGroup("attempts", [cause])
    assert explain_failure(error) == "its certificate is not valid: certificate has expired"
