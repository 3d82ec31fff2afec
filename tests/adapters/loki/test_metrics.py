"""Numbers of requests, from the HTTP logs alone."""

from datetime import timedelta

import pytest

from issue_intelligence.adapters.loki.metrics import LokiMetrics
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.ports.metrics_source import Measured
from tests.adapters.loki.conftest import LokiAsked
from tests.fakes.loki.lines import app_line, http_line
from tests.fakes.loki.server import FakeLoki, answers, hangs


def window(loki: LokiAsked) -> LogWindow:
    return LogWindow(from_at=loki.base, until_at=loki.base + timedelta(seconds=300))


async def measured(loki: LokiAsked) -> Measured:
    return await LokiMetrics(loki.client()).measure(Service(name=loki.service), window(loki))


async def test_rate_and_mean_are_those_of_the_windows_requests(loki: LokiAsked) -> None:
    await loki.push(
        http_line(loki.service, loki.ns(-30), "/before", 500, 9_000),
        http_line(loki.service, loki.ns(10), "/a", 200, 100),
        http_line(loki.service, loki.ns(20), "/b", 404, 200),
        http_line(loki.service, loki.ns(30), "/c", 502, 900),
        http_line(loki.service, loki.ns(40), "/d", 503, 400),
        app_line(loki.service, loki.ns(50), "POST /e 500 7ms", {"httpStatus": "500"}),
    )
    found = await measured(loki)
    assert (found.request_count, found.error_rate) == (4, 0.5)
    assert found.mean_response_seconds == pytest.approx(0.4)


async def test_service_without_http_logs_gives_nothing(loki: LokiAsked) -> None:
    await loki.push(app_line(loki.service, loki.ns(1), "POST /e 500 7ms"))
    assert await measured(loki) == Measured()


async def test_duration_that_is_no_number_does_not_spoil_the_mean(loki: LokiAsked) -> None:
    await loki.push(
        http_line(loki.service, loki.ns(1), "/a", 200, 100),
        http_line(loki.service, loki.ns(2), "/b", 200, 0, totalDuration="unknown"),
    )
    found = await measured(loki)
    assert (found.request_count, found.error_rate) == (2, 0.0)
    assert found.mean_response_seconds == pytest.approx(0.1)


async def test_requests_without_any_duration_have_no_mean(loki: LokiAsked) -> None:
    await loki.push(http_line(loki.service, loki.ns(1), "/a", 500, 0, totalDuration=""))
    found = await measured(loki)
    assert (found.error_rate, found.mean_response_seconds) == (1.0, None)


async def test_selector_of_the_catalogue_is_used(loki: LokiAsked) -> None:
    await loki.push(http_line(loki.service, loki.ns(1), "/a", 500, 10))
    service = Service(name="other", selector=f'{{service_name="{loki.service}"}} != "never"')
    assert (await LokiMetrics(loki.client()).measure(service, window(loki))).request_count == 1


async def test_what_fails_is_told_as_for_logs(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.standing_fault = answers(401, "no org id")
    with pytest.raises(PermanentError, match="LOKI_TENANT_ID"):
        await measured(faulty)


async def test_loki_that_says_nothing_is_left_at_the_deadline(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.standing_fault = hangs
    metrics = LokiMetrics(faulty.client(), timeout_seconds=0.2)
    with pytest.raises(
        TransientError, match=r"no complete answer from HTTP logs of Loki at .* within 0\.2 s"
    ):
        await metrics.measure(Service(name="shop"), window(faulty))
