"""What is asked of a service beside its health URL: an API that must answer, flows that must work."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.adapters.http_probe.probes import (
    MAX_SEARCHED_BYTES,
    ApiUrlProbe,
    FlowProbe,
    HealthUrlProbe,
    judge_flow,
)
from issue_intelligence.adapters.http_probe.request import HttpAnswer, HttpAsker
from issue_intelligence.core.model.evidence import HealthProbe, ProbeKind, ServiceState
from issue_intelligence.core.model.service import CriticalFlow
from tests.adapters.http_probe.conftest import StartServer, answer

UP, DOWN, DEGRADED = ServiceState.UP, ServiceState.DOWN, ServiceState.DEGRADED


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with http_client(timeout_seconds=5) as made:
        yield made


async def flow(client: httpx2.AsyncClient, url: str, **expected: Any) -> HealthProbe:
    probe = FlowProbe(asker=HttpAsker(client=client), flow=CriticalFlow(name="checkout", url=url, **expected))
    (found,) = await probe.ask()
    return found


def answered(status: int = 200, body: bytes = b"", *, cut: bool = False, seconds: float = 0.1) -> HttpAnswer:
    return HttpAnswer(status=status, body=body, cut=cut, elapsed_seconds=seconds)


@pytest.mark.parametrize(
    ("expected", "given", "state", "words"),
    [
        ({}, answered(), UP, "answered 200"),
        ({"expect_status": 401}, answered(401), UP, "answered 401"),
        ({}, answered(503), DOWN, "answered 503 (Service Unavailable), where 200 is expected"),
        ({"expect_text": "Zür"}, answered(body="in Zürich".encode()), UP, "answered 200"),
        ({"expect_text": "cart"}, answered(body=b"oops"), DOWN, "without the expected text"),
        # What was not read may hold it, and nobody knows; the sentence says how far was looked.
        ({"expect_text": "cart"}, answered(body=b"oops", cut=True), DOWN, "in its first 1 MiB"),
        ({"max_seconds": 2}, answered(seconds=2.5), DEGRADED, "only after 2.5 s of the 2 s it may take"),
        # Wrong is worse than late.
        ({"max_seconds": 2}, answered(500, seconds=2.5), DOWN, "answered 500"),
    ],
)
def test_answer_is_held_against_what_is_expected(
    expected: dict[str, Any], given: HttpAnswer, state: ServiceState, words: str
) -> None:
    found = judge_flow(CriticalFlow(name="checkout", url="http://x", **expected), given)
    assert found[0] is state
    assert words in found[1]


async def test_flow_sends_its_method_once_and_names_itself(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    asked: list[str] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        asked.append(path)
        writer.write(answer(302, b"", "Location: /again"))

    url = await start_server(handler) + "/orders"
    found = await flow(client, url, method="POST", expect_status=201)
    assert (found.label, found.kind, found.state) == (
        "critical flow checkout",
        ProbeKind.CRITICAL_FLOW,
        DOWN,
    )
    assert "answered 302" in found.detail
    assert asked == ["/orders"]


async def test_redirect_may_be_what_is_expected(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(answer(302, b"", "Location: /login") if path == "/cart" else answer(200))

    base = await start_server(handler)
    assert (await flow(client, base + "/cart", expect_status=302)).state is UP
    # Expecting 200, it is followed as a browser would.
    assert (await flow(client, base + "/cart")).state is UP


async def test_text_is_found_in_a_page_larger_than_a_health_answer(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(answer(200, b"x" * (MAX_SEARCHED_BYTES - 4) + b"cart" + b"y" * 1000))

    assert (await flow(client, await start_server(handler), expect_text="cart")).state is UP


@pytest.mark.parametrize(
    ("status", "state"), [(200, UP), (401, UP), (404, UP), (429, UP), (500, DOWN), (503, DOWN)]
)
async def test_api_must_answer_and_not_with_a_server_error(
    client: httpx2.AsyncClient, start_server: StartServer, status: int, state: ServiceState
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(answer(status))

    asker = HttpAsker(client=client)
    (found,) = await ApiUrlProbe(asker=asker, name="shop", url=await start_server(handler)).ask()
    assert (found.state, found.status_code, found.label) == (state, status, "shop (API URL)")


async def test_parts_of_a_dependency_are_its_own_business(
    client: httpx2.AsyncClient, start_server: StartServer
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(answer(200, b'{"status": "degraded", "checks": {"db": "down"}}'))

    url = await start_server(handler)
    probe = HealthUrlProbe(
        asker=HttpAsker(client=client), name="payments", url=url, kind=ProbeKind.DEPENDENCY
    )
    (found,) = await probe.ask()
    assert (found.name, found.state, found.label) == ("payments", DEGRADED, "dependency payments")


async def test_check_that_found_no_free_connection_did_not_look(start_server: StartServer) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        await asyncio.Event().wait()

    url = await start_server(handler)
    async with http_client(timeout_seconds=5, max_connections=1) as client:
        asker = HttpAsker(client=client, timeout_seconds=0.4)
        probes = [ApiUrlProbe(asker=asker, name=name, url=url) for name in ("first", "second")]
        found = [answers[0] for answers in await asyncio.gather(*(probe.ask() for probe in probes))]
    assert sorted(probe.looked for probe in found) == [False, True]
    assert {probe.state for probe in found} == {DOWN}
