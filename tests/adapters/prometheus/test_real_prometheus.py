"""A real Prometheus that holds half an hour of a shop's requests answers our queries."""

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.adapters.prometheus.metrics import PrometheusMetrics
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.model.service import Service, ServiceQueries
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.metrics_source import Measured
from tests.journey.service_process import free_port
from tests.real_parts import PROMETHEUS, PROMTOOL, require_real_part

pytestmark = pytest.mark.journey

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WINDOW = LogWindow(from_at=NOON - timedelta(minutes=15), until_at=NOON)
REQUESTS = 'sum(rate(requests_total{job="shop"}[{window}]))'
RATE = 'sum(rate(requests_total{job="shop",code=~"5.."}[{window}])) / ' + REQUESTS


def openmetrics() -> str:
    """Each minute 60 requests of 0.2 s, of which 15 fail."""
    minutes = range(31)
    start = (NOON - timedelta(minutes=30)).timestamp()
    lines = ["# TYPE requests counter"]
    for code, a_minute in (("200", 45), ("500", 15)):
        lines += [
            f'requests_total{{job="shop",code="{code}"}} {minute * a_minute} {start + minute * 60}'
            for minute in minutes
        ]
    lines.append("# TYPE seconds counter")
    lines += [f'seconds_total{{job="shop"}} {minute * 12} {start + minute * 60}' for minute in minutes]
    return "\n".join([*lines, "# EOF", ""])


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program, tool = require_real_part(PROMETHEUS), require_real_part(PROMTOOL)
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "history.txt").write_text(openmetrics(), encoding="utf-8")
    (folder / "prometheus.yml").write_text("scrape_configs: []\n", encoding="utf-8")
    subprocess.run(
        [tool, "tsdb", "create-blocks-from", "openmetrics", folder / "history.txt", folder / "data"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    address = f"127.0.0.1:{free_port()}"
    arguments = [
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address={address}",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, *arguments], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        _wait_ready(f"http://{address}", process, folder / "log")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    with httpx2.Client(base_url=url, timeout=5) as client:
        for _ in range(300):
            try:
                if client.get("/-/ready").status_code == 200:
                    return
            except httpx2.TransportError:
                assert process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


async def measure(url: str, **queries: str) -> Measured:
    async with http_client(timeout_seconds=10) as client:
        service = Service(name="shop", queries=ServiceQueries(**queries))
        return await PrometheusMetrics(client, base_url=url).measure(service, WINDOW)


async def test_rate_count_and_time_of_the_window(url: str) -> None:
    measured = await measure(
        url,
        error_rate=RATE,
        request_count='sum(increase(requests_total{job="shop"}[{window}]))',
        mean_response_seconds=f'sum(rate(seconds_total{{job="shop"}}[{{window}}])) / {REQUESTS}',
    )
    assert measured.error_rate == pytest.approx(0.25)
    assert measured.request_count == 900
    assert measured.mean_response_seconds == pytest.approx(0.2)
    assert measured.notes == ()


async def test_what_nobody_requested_is_unknown(url: str) -> None:
    assert await measure(url, error_rate=RATE.replace("shop", "mail")) == Measured()
    assert await measure(
        url, error_rate="vector(0) / vector(0)", request_count="scalar(vector(7))"
    ) == Measured(request_count=7)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("sum(rate(requests_total[{window}])", "the query error_rate is refused: .*parse error"),
        ("rate(requests_total[{window}])", "gives 2 series, where one is needed"),
        ("requests_total[{window}]", "gives a matrix"),
        # Not to be carried out, whatever the data.
        ('requests_total * on(job) {__name__=~"requests_total"}', "the query error_rate is refused"),
    ],
)
async def test_wrong_query_is_named_with_prometheus_own_words(query: str, words: str, url: str) -> None:
    with pytest.raises(PermanentError, match=words):
        await measure(url, error_rate=query)


async def test_path_that_is_not_prometheus_own_is_said_so(url: str) -> None:
    with pytest.raises(PermanentError, match="PROMETHEUS_URL is not the base URL"):
        await measure(f"{url}/elsewhere", error_rate=RATE)
