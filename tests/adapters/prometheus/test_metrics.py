"""Prometheus is asked for the window's end, by the service's own queries, within bounds."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.adapters.prometheus.metrics import PrometheusMetrics, promql_duration
from issue_intelligence.adapters.prometheus.query import MAX_BODY_BYTES
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.model.service import Service, ServiceQueries
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.ports.metrics_source import Measured

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WINDOW = LogWindow(from_at=NOON - timedelta(minutes=15), until_at=NOON)
RATE = 'sum(rate(requests_total{code=~"5..",job="shop"}[{window}])) / sum(rate(requests_total[{window}]))'
SHOP = Service(
    name="shop",
    queries=ServiceQueries(error_rate=RATE, request_count="count", mean_response_seconds="seconds"),
)


class FakePrometheus:
    """Answers instant queries over HTTP on loopback, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        # By query: a status, or the value of the one sample, or a raw body.
        self.answers: dict[str, str | int | bytes] = {}
        self.hangs = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        url = urlsplit(head.split(" ", 2)[1])
        parameters = {key: values[0] for key, values in parse_qs(url.query).items()}
        self.asked.append((url.path, parameters))
        if self.hangs:
            await reader.read()
        else:
            status, body = self._answer(parameters["query"])
            writer.write(
                f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
            )
            writer.write(body)
        writer.close()

    def _answer(self, query: str) -> tuple[int, bytes]:
        answer = self.answers.get(query, "1")
        if isinstance(answer, bytes):
            return 200, answer
        if isinstance(answer, int):
            return answer, json.dumps({"status": "error", "errorType": "bad_data", "error": "no"}).encode()
        data = {"resultType": "vector", "result": [{"metric": {}, "value": [0, answer]}]}
        return 200, json.dumps({"status": "success", "data": data, "warnings": []}).encode()


class Standing:
    def __init__(self, fake: FakePrometheus, client: httpx2.AsyncClient, port: int) -> None:
        self.fake = fake
        self.client = client
        self.port = port

    def metrics(self, *, path: str = "", user: str = "", timeout_seconds: float = 5) -> PrometheusMetrics:
        base = f"http://{user}127.0.0.1:{self.port}{path}"
        return PrometheusMetrics(self.client, base_url=base, timeout_seconds=timeout_seconds)


@pytest.fixture
async def standing() -> AsyncIterator[Standing]:
    fake = FakePrometheus()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    async with http_client(timeout_seconds=5) as client:
        yield Standing(fake, client, server.sockets[0].getsockname()[1])
    server.close()


async def test_three_numbers_of_the_window(standing: Standing) -> None:
    minutes = RATE.replace("{window}", "15m")
    standing.fake.answers = {minutes: "0.25", "count": "1200.4", "seconds": "0.8"}
    measured = await standing.metrics().measure(SHOP, WINDOW)
    assert measured == Measured(error_rate=0.25, request_count=1200, mean_response_seconds=0.8)


async def test_query_is_asked_at_the_windows_end_and_its_braces_survive(standing: Standing) -> None:
    await standing.metrics(path="/prometheus/").measure(SHOP, WINDOW)
    paths, parameters = zip(*standing.fake.asked, strict=True)
    assert set(paths) == {"/prometheus/api/v1/query"}
    assert {each["time"] for each in parameters} == {f"{NOON.timestamp():.3f}"}
    queries = {each["query"] for each in parameters}
    assert (
        'sum(rate(requests_total{code=~"5..",job="shop"}[15m])) / sum(rate(requests_total[15m]))' in queries
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(900, "15m"), (90, "90s"), (60, "1m"), (7_200, "120m"), (0.2, "1s"), (961.4, "961s")],
)
def test_window_is_written_as_promql_does(seconds: float, text: str) -> None:
    assert promql_duration(LogWindow(from_at=NOON - timedelta(seconds=seconds), until_at=NOON)) == text


async def test_service_without_queries_is_not_asked_about(standing: Standing) -> None:
    assert await standing.metrics().measure(Service(name="shop"), WINDOW) == Measured()
    assert standing.fake.asked == []


@pytest.mark.parametrize(
    ("query", "value", "words"),
    [
        ("rate", "42", "the query error_rate gives 42, where a share from 0 to 1 is needed"),
        ("rate", "-0.1", "error_rate gives -0.1"),
        ("count", "-3", "request_count gives -3"),
        ("seconds", "-3", "mean_response_seconds gives -3"),
    ],
)
async def test_impossible_number_is_unknown_and_said(
    query: str, value: str, words: str, standing: Standing
) -> None:
    service = Service(
        name="shop",
        queries=ServiceQueries(error_rate="rate", request_count="count", mean_response_seconds="seconds"),
    )
    standing.fake.answers = {query: value}
    measured = await standing.metrics().measure(service, WINDOW)
    numbers = {
        "rate": measured.error_rate,
        "count": measured.request_count,
        "seconds": measured.mean_response_seconds,
    }
    assert [name for name, number in numbers.items() if number is None] == [query]
    [note] = measured.notes
    assert words in note


async def test_one_wrong_query_costs_only_its_number(standing: Standing) -> None:
    standing.fake.answers = {"seconds": 400}
    measured = await standing.metrics().measure(SHOP, WINDOW)
    assert (measured.error_rate, measured.mean_response_seconds) == (1.0, None)
    [note] = measured.notes
    assert "the query mean_response_seconds is refused: no" in note


async def test_when_all_queries_fail_so_does_the_source(standing: Standing) -> None:
    standing.fake.answers = {RATE.replace("{window}", "15m"): 400, "count": 400, "seconds": 400}
    with pytest.raises(PermanentError, match="error_rate is refused"):
        await standing.metrics().measure(SHOP, WINDOW)
    # What passes is worth another try, whatever else is wrong.
    standing.fake.answers["seconds"] = 503
    with pytest.raises(TransientError, match="503"):
        await standing.metrics().measure(SHOP, WINDOW)


async def test_source_that_hangs_is_given_up(standing: Standing) -> None:
    standing.fake.hangs = True
    with pytest.raises(TransientError, match=r"no answer within 0\.2 s"):
        await standing.metrics(timeout_seconds=0.2).measure(SHOP, WINDOW)


async def test_body_without_end_is_not_read_to_its_end(standing: Standing) -> None:
    standing.fake.answers = {"count": b'{"status": "' + b"x" * (8 * MAX_BODY_BYTES)}
    measured = await standing.metrics().measure(SHOP, WINDOW)
    assert measured.request_count is None
    assert "no JSON" in measured.notes[0]


async def test_source_that_is_away_keeps_its_password_to_itself(standing: Standing) -> None:
    nobody_listens = PrometheusMetrics(standing.client, base_url="http://ana:hunter2@127.0.0.1:1")
    with pytest.raises(TransientError, match="could not be reached") as caught:
        await nobody_listens.measure(SHOP, WINDOW)
    assert "hunter2" not in f"{caught.value}{nobody_listens.description}"
    assert nobody_listens.description == "Prometheus at 127.0.0.1"
