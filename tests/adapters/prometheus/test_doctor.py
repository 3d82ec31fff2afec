"""The doctor's look at Prometheus: reachable, and each query of the catalogue gives one number."""

import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.adapters.prometheus.doctor import check_prometheus
from issue_intelligence.core.model.service import Service, ServiceQueries
from issue_intelligence.ports.check import CheckResult, CheckState
from tests.fakes.http_answers import Answer, HttpAnswers, Request

OK, WARNING, FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED
SHOP = Service(name="shop", queries=ServiceQueries(error_rate="rate(x[{window}])"))


def vector(numbers: int) -> Answer:
    result = [{"metric": {}, "value": [1, "1"]}] * numbers
    return Answer({"status": "success", "data": {"resultType": "vector", "result": result}})


async def check(server: HttpAnswers, *services: Service) -> tuple[CheckResult, ...]:
    async with server.served() as url, http_client(timeout_seconds=5) as client:
        return await check_prometheus(client, url, services)


def prometheus(to_ours: Answer) -> HttpAnswers:
    def answer(request: Request) -> Answer:
        return vector(1) if request.query["query"] == "vector(1)" else to_ours

    return HttpAnswers({"/api/v1/query": answer})


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (vector(1), OK, "`error_rate` of shop gives one number"),
        (
            Answer({"status": "success", "data": {"resultType": "scalar", "result": [1, "1"]}}),
            OK,
            "one number",
        ),
        # No traffic, or a wrong name: nobody can tell from here.
        (vector(0), WARNING, "gives nothing now"),
        (vector(3), FAILED, "gives 3 series"),
        (Answer({"status": "error", "error": "1:5: parse error"}, 400), FAILED, "1:5: parse error"),
        (Answer("upstream timed out", 504), FAILED, "504, upstream timed out"),
    ],
)
async def test_each_query_must_give_one_number(answer: Answer, state: CheckState, words: str) -> None:
    server = prometheus(answer)
    reachable, result = await check(server, SHOP, Service(name="quiet"))
    assert reachable.state is OK
    assert result.state is state
    assert words in result.sentence
    assert server.requests[-1].query["query"] == "rate(x[15m])"


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (Answer("", 401), "Let this service through"),
        (Answer("<html></html>"), "Correct PROMETHEUS_URL"),
        (Answer("404 page not found", 404), "Correct PROMETHEUS_URL"),
    ],
)
async def test_what_is_not_prometheus_is_not_asked_further(answer: Answer, advice: str) -> None:
    server = HttpAnswers({"/api/v1/query": answer})
    (result,) = await check(server, SHOP)
    assert result.state is FAILED
    assert advice in result.advice
    assert len(server.requests) == 1
