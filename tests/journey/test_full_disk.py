"""No 2xx without a commit: a full disk is said honestly, and the service goes on when there is room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey.auditor import audit, wait_investigated
from tests.journey.failing_shop import failing_shop_log
from tests.journey.http_json import HttpJson
from tests.journey.little_room import FileSizeLimit, LittleRoom, Tmpfs, small_disk_at
from tests.journey.sender import Record, Sender, alerts_of
from tests.journey.service_process import ServiceProcess
from tests.journey.waiting import wait_until

pytestmark = pytest.mark.journey

# The engine waits up to 1.5 s, 3 s, 6 s, ... between its tries.
SETTLE_SECONDS = 60
ALERTS_A_BODY = 300
BODIES = 6
# A run met the full disk: in a step's own work, or when the durable engine noted its end.
RUNS_WAIT = ("StorageError", "Database connection failed: ")


@pytest.fixture(params=["no space left", "file too large"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[ServiceProcess, LittleRoom]]:
    service = ServiceProcess(tmp_path, env=failing_shop_log(tmp_path))
    if request.param == "file too large":
        with service:
            yield service, FileSizeLimit(service)
        return
    with small_disk_at(service.data_dir) as mounted, service:
        if not mounted:
            pytest.skip("a tmpfs cannot be mounted here")
        yield service, Tmpfs(service.data_dir)


async def test_a_full_disk_is_a_503_and_passes(disk: tuple[ServiceProcess, LittleRoom]) -> None:
    service, room = disk
    service.start().wait_ready()
    record = Record()
    # The disk gets full while runs are under way.
    await Sender(service.url, record).send(alerts_of(40, causes=40, label="before"))
    await wait_until(lambda: len(service.issues()) >= 2, timeout_seconds=SETTLE_SECONDS)
    room.fill()
    sender = Sender(service.url, record, connections=1)
    big = alerts_of(BODIES * ALERTS_A_BODY, causes=4, label="big")
    await sender.send(big, alerts_a_body=ALERTS_A_BODY)
    refused = record.refused.total()
    assert set(record.refused) == {503}, record.refused
    assert all(answer["error"]["code"] == "not_committed" for answer in record.refusals)
    assert refused + (len(record.acknowledged) - 40) // ALERTS_A_BODY == BODIES
    assert await _status(service, "/health") == 200

    await wait_until(
        lambda: any(sign in service.output() for sign in RUNS_WAIT), timeout_seconds=SETTLE_SECONDS
    )
    assert len(service.issues()) < 40, "the runs were over before the disk was full"

    room.free()
    await wait_until(lambda: _is_ready(service), timeout_seconds=SETTLE_SECONDS)
    await sender.send(alerts_of(20, causes=4, label="after"))
    assert record.refused.total() == refused

    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    found = await audit(service.url, record, service.issues())
    assert found.clean, found
    assert "step_failed" not in service.output(), "a run was given up although only we were in trouble"
    assert "Traceback" not in service.output()


async def _status(service: ServiceProcess, path: str) -> int:
    http = HttpJson(service.url)
    try:
        status, _ = await http.get(path)
    finally:
        await http.close()
    return status


async def _is_ready(service: ServiceProcess) -> bool:
    return await _status(service, "/ready") == 200
