"""What a real Loki answered: the fake says the same, and each answer is understood."""

import json
from collections.abc import Callable

import httpx2
import pytest

from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.ports.errors import PermanentError, TransientError
from tests.adapters.loki.conftest import LokiAsked
from tests.fakes.loki.server import FakeLoki, answers
from tests.fakes.loki.transcript import Exchange, transcript
from tests.real_parts import shared_data

QUERIES = ("/loki/api/v1/query_range", "/loki/api/v1/query")


def refused_log_queries() -> list[Exchange]:
    """Give those whose words the fake must have too; it knows few of what metric queries run into."""
    metric = ("sum(", "sum by", "topk(")
    return [
        each
        for each in transcript()
        if each.path in QUERIES and each.status == 400 and not each.params.get("query", "").startswith(metric)
    ]


async def test_fake_refuses_with_the_words_of_the_real_one(fake: FakeLoki, http: httpx2.AsyncClient) -> None:
    compared = 0
    for real in refused_log_queries():
        if "exceeds the limit" in real.body:
            # The fake keeps no limit on the length of a window.
            continue
        fake.store.max_entries = 100 if real.params.get("limit") == "101" else 5_000
        said = await http.get(fake.url + real.path, params=with_window(real.params))
        assert (said.status_code, said.headers["content-type"]) == (400, real.kind), real
        assert said.text == real.body
        compared += 1
    assert compared >= 9


def with_window(params: dict[str, str]) -> dict[str, str]:
    return {"start": "1795429904970130441", "end": "1795433506489565134", **params}


def without_data(each: Exchange) -> bool:
    return each.path.endswith("/nosuch/values")


@pytest.mark.parametrize(
    ("chosen", "kind", "words"),
    [
        (lambda each: "(101 > 100)" in each.body, PermanentError, "at most 100 lines"),
        (lambda each: "literal not terminated" in each.body, PermanentError, "correct `selector`"),
        (lambda each: "at least one regexp" in each.body, PermanentError, "correct `selector`"),
        (lambda each: "maximum number of series" in each.body, PermanentError, "refused the query"),
        (lambda each: "30d1h" in each.body, PermanentError, "refused the query"),
        (lambda each: each.path in QUERIES and each.status == 401, PermanentError, "set LOKI_TENANT_ID"),
        (lambda each: each.status == 429, TransientError, "answered 429 (ingestion rate limit exceeded"),
        (lambda each: each.path.endswith("/nosuch"), PermanentError, "is LOKI_URL the base URL"),
    ],
)
async def test_genuine_refusal_is_understood(
    faulty: LokiAsked, fake: FakeLoki, chosen: Callable[[Exchange], bool], kind: type[Exception], words: str
) -> None:
    real = next(each for each in transcript() if chosen(each))
    fake.standing_fault = answers(real.status, real.body, kind=real.kind)
    with pytest.raises(kind) as caught:
        await faulty.client().query_range("{}", start_ns=0, end_ns=1, limit=100)
    assert words in str(caught.value)


async def test_genuine_answer_with_metadata_apart_is_read(faulty: LokiAsked, fake: FakeLoki) -> None:
    [real] = [each for each in transcript() if '"encodingFlags":["categorize-labels"]' in each.body]
    # The figures at its end, which we do not read, were cut off in the transcript.
    whole = real.body.partition(',"stats":')[0] + "}}"
    fake.standing_fault = answers(200, whole, kind=real.kind)
    [stream] = await faulty.client().query_range("{}", start_ns=0, end_ns=1, limit=2)
    assert [line.text for line in stream] == ['level=warn msg="logfmt"', "plain info panic: boom"]
    assert {line.metadata["detected_level"] for line in stream} == {"error"}
    assert stream[0].labels["level"] == "ERR"


async def test_genuine_answer_without_data_is_read(faulty: LokiAsked, fake: FakeLoki) -> None:
    [real] = [each for each in transcript() if without_data(each)]
    fake.standing_fault = answers(200, real.body, kind=real.kind)
    assert await faulty.client().query_range("{}", start_ns=0, end_ns=1, limit=2) == []


async def test_genuine_vector_is_read(faulty: LokiAsked, fake: FakeLoki) -> None:
    [real] = [each for each in transcript() if each.path == QUERIES[1] and each.status == 200]
    whole = real.body.partition(',"stats":')[0] + "}}"
    fake.standing_fault = answers(200, whole, kind=real.kind)
    assert await faulty.client().query("sum()", at_ns=1) == [({}, 5.0)]


async def test_what_locomotive_pushes_is_read_as_error_and_request(loki: LokiAsked) -> None:
    document = json.loads((shared_data("loki") / "locomotive-loki-push.json").read_text(encoding="utf-8"))
    for seconds, name in ((1, "deploy_log_push"), (2, "http_log_push")):
        [stream] = document[name]["streams"]
        stream["stream"]["service_name"] = loki.service
        stream["values"][0][0] = str(loki.ns(seconds))
        await loki.push(stream)
    batch = await loki.fetch()
    assert batch.lines[0].fields["err_code"] == "P1001"
    analysis = analyze_log(batch.lines)
    assert analysis.error_lines == 2
    assert analysis.requests is not None
    assert analysis.requests.status_codes == {"502": 1}
    assert analysis.requests.mean_duration_ms == 15_001
