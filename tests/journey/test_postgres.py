"""The whole journey on PostgreSQL, and a PostgreSQL that goes away in the middle of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.journey.auditor import audit, issue_of, wait_investigated
from tests.journey.conftest import FaultyService
from tests.journey.failing_shop import failing_shop_log
from tests.journey.faulty_service import ENTRY
from tests.journey.http_json import HttpJson
from tests.journey.sender import Outgoing, Record, Sender, alerts_of
from tests.journey.service_process import ServiceProcess
from tests.journey.waiting import wait_until
from tests.postgres_server import PostgresServer, running_postgres
from tests.real_parts import POSTGRESQL, require_real_part

pytestmark = pytest.mark.journey

SETTLE_SECONDS = 60
CAUSES = 4


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that this test alone may stop."""
    with running_postgres(require_real_part(POSTGRESQL)) as server:
        yield server


@pytest.fixture
def service(own_server: PostgresServer, tmp_path: Path) -> Iterator[ServiceProcess]:
    """The real service on that server, started, with a log in which a shop fails."""
    url = own_server.url(own_server.new_database())
    env = failing_shop_log(tmp_path) | {"DATABASE_URL": url}
    with FaultyService(tmp_path, env=env, entry=ENTRY) as process:
        process.start().wait_ready()
        yield process


async def _post(service: ServiceProcess, alert: Outgoing, **changes: object) -> int:
    http = HttpJson(service.url)
    try:
        body = json.dumps({"receiver": "issues", "orgId": 1, "alerts": [alert.body() | changes]})
        status, _ = await http.post("/alerts/grafana", body.encode())
    finally:
        await http.close()
    return status


async def _ready(service: ServiceProcess) -> int:
    http = HttpJson(service.url)
    try:
        status, _ = await http.get("/ready")
    finally:
        await http.close()
    return status


async def test_alert_becomes_an_issue_and_its_end_a_comment(service: ServiceProcess) -> None:
    record = Record()
    alert = Outgoing(fingerprint="one", service="checkout", alert_name="Errors")
    await Sender(service.url, record, connections=1).send([alert])
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    found = await audit(service.url, record, service.issues())
    assert found.clean, found
    assert issue_of("checkout", service.issues()).comment_marks == ()

    ended_at = datetime.now(UTC).isoformat()  # noqa: TID251
    assert await _post(service, alert, status="resolved", endsAt=ended_at) == 200
    await wait_until(
        lambda: len(issue_of("checkout", service.issues()).comment_marks) == 1,
        timeout_seconds=SETTLE_SECONDS,
    )
    assert not list(service.data_dir.glob("*.db")), "something is kept on SQLite beside PostgreSQL"


async def test_postgres_that_stops_in_mid_journey_costs_no_acknowledged_alert(
    service: FaultyService, own_server: PostgresServer
) -> None:
    record = Record()
    service.arm("slow_create")
    await Sender(service.url, record).send(alerts_of(40, causes=CAUSES))
    # Issues are being written now, and none of it is noted yet for most of them.
    await wait_until(service.issues, timeout_seconds=SETTLE_SECONDS)
    own_server.stop(at_once=True)

    # Away: nothing is acknowledged, and the sender is told to come back.
    late = Outgoing(fingerprint="late", service="late", alert_name="Errors")
    assert await _post(service, late) == 503
    assert await _ready(service) == 503
    assert _retry_after(service) > 0
    own_server.start()
    service.disarm()

    await wait_until(lambda: _ready_again(service), timeout_seconds=SETTLE_SECONDS)
    await Sender(service.url, record, connections=1).send([late])
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    service.terminate()
    service.start().wait_ready()
    found = await audit(service.url, record, service.issues())
    assert found.clean, found
    assert found.issues_found == CAUSES + 1


def _retry_after(service: ServiceProcess) -> int:
    """Ask /ready, whose refusal is made like that of intake."""
    connection = HTTPConnection("127.0.0.1", service.port, timeout=30)
    try:
        connection.request("GET", "/ready")
        return int(connection.getresponse().headers["Retry-After"])
    finally:
        connection.close()


async def _ready_again(service: ServiceProcess) -> bool:
    return await _ready(service) == 200


async def test_service_ends_when_asked_while_postgres_is_away(
    service: ServiceProcess, own_server: PostgresServer
) -> None:
    record = Record()
    await Sender(service.url, record).send(alerts_of(8, causes=CAUSES))
    own_server.stop()
    service.terminate()
    own_server.start()
    service.start().wait_ready()
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    found = await audit(service.url, record, service.issues())
    assert found.clean, found
