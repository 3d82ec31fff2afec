"""The doctor's look at Loki: reachable, credentials, tenant, and whether each selector finds anything."""

import base64
from typing import Any

import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.adapters.loki.doctor import check_loki
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.check import CheckResult, CheckState
from tests.fakes.http_answers import Answer, HttpAnswers, Request
from tests.valkey_server import free_port

OK, WARNING, FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED
SHOP = Service(name="shop", selector='{app="shop"}')
LABELS = {"status": "success", "data": ["app"]}
STREAMS = {"status": "success", "data": {"resultType": "streams", "result": [{"stream": {}, "values": []}]}}
NOTHING = {"status": "success", "data": {"resultType": "streams", "result": []}}


async def check(server: HttpAnswers, *services: Service, **given: Any) -> tuple[CheckResult, ...]:
    async with server.served() as url, http_client(timeout_seconds=5) as client:
        return await check_loki(client, f"{url}/", services, **given)


def loki(labels: Answer, lines: Answer | None = None) -> HttpAnswers:
    return HttpAnswers({"/loki/api/v1/labels": labels, "/loki/api/v1/query_range": lines or Answer(STREAMS)})


async def test_services_that_log_are_fine_and_each_is_asked_for_one_line() -> None:
    server = loki(Answer(LABELS))
    found = await check(server, SHOP, Service(name='odd"name'))
    assert [result.state for result in found] == [OK, OK, OK]
    asked = [request.query for request in server.requests if request.path.endswith("query_range")]
    assert {query["query"] for query in asked} == {'{app="shop"}', '{service_name="odd\\"name"}'}
    assert {(query["limit"], query["since"]) for query in asked} == {("1", "1h")}


async def test_selector_that_finds_nothing_is_a_warning() -> None:
    _, result = await check(loki(Answer(LABELS), Answer(NOTHING)), SHOP)
    assert result.state is WARNING
    assert '{app="shop"}' in result.sentence


async def test_selector_that_loki_does_not_understand_is_named_with_its_words() -> None:
    said = "parse error at line 1, col 25: literal not terminated"
    _, result = await check(loki(Answer(LABELS), Answer(said, 400)), SHOP)
    assert result.state is FAILED
    assert said in result.sentence
    assert "`selector` of the service shop" in result.advice


@pytest.mark.parametrize(
    ("answer", "state", "advice"),
    [
        # Words of a real Loki.
        (Answer("no org id", 401), FAILED, "Set LOKI_TENANT_ID"),
        (Answer("", 401), FAILED, "LOKI_TOKEN"),
        (Answer("", 403), FAILED, "LOKI_TOKEN"),
        (Answer("too many outstanding requests", 429), WARNING, "ask less"),
        (Answer("404 page not found", 404), FAILED, "Correct LOKI_URL"),
        (Answer("<html>a proxy</html>"), FAILED, "Correct LOKI_URL"),
        # With nothing to list, Loki leaves the key out; a wrong tenant looks the same.
        (Answer({"status": "success"}), WARNING, "LOKI_TENANT_ID"),
    ],
)
async def test_trouble_says_what_to_do_and_asks_no_further(
    answer: Answer, state: CheckState, advice: str
) -> None:
    server = loki(answer)
    (result,) = await check(server, SHOP)
    assert result.state is state
    assert advice in result.advice
    assert len(server.requests) == 1


async def test_credentials_and_tenant_are_sent() -> None:
    server = loki(Answer(LABELS))
    await check(server, SHOP, token="t0ken", tenant_id="team-a")
    for request in server.requests:
        assert request.headers["authorization"] == "Bearer t0ken"
        assert request.headers["x-scope-orgid"] == "team-a"


async def test_basic_credentials_are_sent() -> None:
    def guarded(request: Request) -> Answer:
        wanted = f"Basic {base64.b64encode(b'me:pw').decode()}"
        return Answer(LABELS) if request.headers.get("authorization") == wanted else Answer("", 401)

    server = HttpAnswers({"/loki/api/v1/labels": guarded})
    assert (await check(server, auth=("me", "pw")))[0].state is OK
    assert (await check(server, auth=("me", "no")))[0].state is FAILED


async def test_loki_that_is_not_there_is_said_so() -> None:
    async with http_client(timeout_seconds=5) as client:
        (result,) = await check_loki(client, f"http://127.0.0.1:{free_port()}", [SHOP])
    assert result.state is FAILED
    assert "refused" in result.sentence
