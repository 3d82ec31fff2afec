"""Every way in which Loki, or what stands before it, does not answer."""

import json
import socket
from collections.abc import Iterator

import httpx2
import pytest

from issue_intelligence.adapters.loki.answers import Streams
from issue_intelligence.adapters.loki.client import LokiClient
from issue_intelligence.adapters.loki.connection import loki_connection
from issue_intelligence.adapters.loki.source import LokiLogSource
from issue_intelligence.ports.errors import PermanentError, TransientError
from tests.adapters.loki.conftest import LokiAsked
from tests.fakes.loki.lines import app_line
from tests.fakes.loki.server import FakeLoki, Fault, answers, breaks_off, hangs

SIGN_IN = "<!doctype html><title>Sign in</title>"
SERIES = "maximum number of series (2) reached for a single query; consider reducing query cardinality"


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        # Someone has to change a setting.
        (answers(401, "no org id\n"), PermanentError, "set LOKI_TENANT_ID"),
        (answers(401, "unauthorized"), PermanentError, "set LOKI_USERNAME and LOKI_PASSWORD, or LOKI_TOKEN"),
        (answers(403, "forbidden"), PermanentError, "may not read this log"),
        (answers(404, "404 page not found\n"), PermanentError, "is LOKI_URL the base URL of Loki"),
        (answers(404, SIGN_IN, kind="text/html"), PermanentError, "404 (with an HTML page)"),
        (answers(400, SERIES), PermanentError, "maximum number of series (2) reached"),
        (answers(400, "the query time range exceeds the limit"), PermanentError, "refused the query"),
        (answers(200, SIGN_IN, kind="text/html; charset=utf-8"), PermanentError, "an HTML page instead of"),
        # A proxy may say JSON and send its page all the same.
        (answers(200, SIGN_IN, kind="application/json"), PermanentError, "an HTML page instead of"),
        (answers(200, '{"status":"error"}', kind="application/json"), PermanentError, "and status 'error'"),
        (answers(200, '{"status":7}', kind="application/json"), PermanentError, "JSON that is not Loki's"),
        (answers(302, "", location="https://login.example.org/x?token=abc"), PermanentError,
         "a redirect to https://login.example.org, which is not followed"),
        # It may be better in a while.
        (answers(429, "too many outstanding requests", retry_after="7"), TransientError, "answered 429"),
        (answers(500, "rpc error"), TransientError, "answered 500 (rpc error)"),
        (answers(502, SIGN_IN, kind="text/html"), TransientError, "answered 502 (with an HTML page)"),
        (answers(503, "Ingester not ready"), TransientError, "answered 503"),
        (answers(200, '{"status":"success","data":{"res', kind="application/json"), TransientError,
         "broke off or is no JSON"),
        (breaks_off(), TransientError, "the connection broke off, or what answered did not speak HTTP"),
    ],
)  # fmt: skip
async def test_refusal_says_what_happened_and_what_to_do(
    faulty: LokiAsked, fake: FakeLoki, fault: Fault, kind: type[Exception], words: str
) -> None:
    fake.standing_fault = fault
    with pytest.raises(kind) as caught:
        await faulty.fetch()
    assert words in str(caught.value)
    assert len(fake.seen) == 1


async def test_wish_to_wait_is_passed_on(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.standing_fault = answers(429, "too many outstanding requests", retry_after="7")
    with pytest.raises(TransientError) as caught:
        await faulty.fetch()
    assert caught.value.retry_after_seconds == 7


async def test_answer_without_data_is_an_empty_window(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.standing_fault = answers(200, '{"status":"success"}', kind="application/json")
    assert (await faulty.fetch()).lines == ()


async def test_loki_that_says_nothing_is_left_at_the_deadline(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.standing_fault = hangs
    with pytest.raises(TransientError, match=r"no complete answer from Loki at .* within 0\.2 s"):
        await faulty.source(timeout_seconds=0.2).fetch(faulty.query())


class SlowAfterTheFirstPage(LokiClient):
    """As if the deadline came with the second page."""

    pages = 0

    async def query_range(self, query: str, *, start_ns: int, end_ns: int, limit: int) -> Streams:
        self.pages += 1
        if self.pages == 2:
            raise TimeoutError
        return await super().query_range(query, start_ns=start_ns, end_ns=end_ns, limit=limit)


async def test_what_came_before_the_deadline_is_used(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.push(*(app_line(faulty.service, faulty.ns(at), f"line {at}") for at in range(6)))
    client = SlowAfterTheFirstPage(faulty.http, loki_connection(faulty.url))
    batch = await LokiLogSource(client, page_lines=4).fetch(faulty.query())
    assert [line.message for line in batch.lines] == ["line 2", "line 3", "line 4", "line 5"]
    assert batch.notes == ("only the newest part was read: Loki took over 45 s",)


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:
        # Bound and not listening: whoever connects is refused, and nobody else gets the port.
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


async def test_nobody_listening_is_said(http: httpx2.AsyncClient, closed_port: int) -> None:
    asked = LokiAsked(url=f"http://127.0.0.1:{closed_port}", http=http)
    with pytest.raises(TransientError, match="the connection was refused, nothing listens there"):
        await asked.fetch()


async def test_secrets_are_sent_and_never_said(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.standing_fault = answers(403, "no access for Bearer glsa_Very+Secret")
    client = faulty.client(token="glsa_Very+Secret", tenant_id="team-a")
    with pytest.raises(PermanentError) as caught:
        await LokiLogSource(client).fetch(faulty.query())
    assert "Very" not in str(caught.value) + client.description + repr(client._connection)
    headers = fake.seen[0].headers
    assert (headers["Authorization"], headers["X-Scope-OrgID"]) == ("Bearer glsa_Very+Secret", "team-a")


async def test_name_and_password_of_the_address_are_sent_as_basic(
    http: httpx2.AsyncClient, fake: FakeLoki
) -> None:
    asked = LokiAsked(url=fake.url.replace("http://", "http://reader:p%40ss@"), http=http)
    await asked.fetch()
    # base64 of reader:p@ss
    assert fake.seen[0].headers["Authorization"] == "Basic cmVhZGVyOnBAc3M="
    connection = loki_connection(asked.url)
    assert "p@ss" not in repr(connection) + connection.description + connection.url


async def test_tenant_sees_its_own_lines_only(faulty: LokiAsked, fake: FakeLoki) -> None:
    fake.needs_tenant = True
    fake.push(app_line(faulty.service, faulty.ns(1), "of team a"), tenant="team-a")
    sources = {tenant: LokiLogSource(faulty.client(tenant_id=tenant)) for tenant in ("team-a", "team-b")}
    batches = {tenant: await source.fetch(faulty.query()) for tenant, source in sources.items()}
    assert [line.message for line in batches["team-a"].lines] == ["of team a"]
    assert batches["team-b"].lines == ()
    assert "LOKI_TENANT_ID" in batches["team-b"].notes[0]


async def test_loki_that_does_not_keep_metadata_apart_is_read_too(faulty: LokiAsked, fake: FakeLoki) -> None:
    labels = {"service_name": "shop", "log_type": "http", "method": "GET", "httpStatus": "500"}
    answer = {
        "status": "success",
        "data": {"resultType": "streams", "result": [{"stream": labels, "values": [["1000", "/api/cart"]]}]},
    }
    fake.standing_fault = answers(200, json.dumps(answer), kind="application/json")
    [line] = (await faulty.fetch()).lines
    assert (line.message, line.fields["httpStatus"]) == ("GET /api/cart 500", "500")
