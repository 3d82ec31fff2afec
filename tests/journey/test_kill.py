"""An acknowledged alert survives kill -9, and nothing is done twice because of it."""

import asyncio
import random

import pytest

from tests.journey.auditor import Audit, audit, wait_investigated
from tests.journey.sender import Record, Sender, alerts_of
from tests.journey.service_process import ServiceProcess

pytestmark = pytest.mark.journey

CAUSES = 8
SETTLE_SECONDS = 60


async def _audited(service: ServiceProcess, record: Record) -> Audit:
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    # The engine waits for the runs under way, so what is on file afterwards is final.
    service.terminate()
    service.start().wait_ready()
    return await audit(service.url, record, service.issues())


async def test_alerts_acknowledged_before_a_kill_are_all_investigated(service: ServiceProcess) -> None:
    record = Record()
    await Sender(service.url, record).send(alerts_of(200, causes=CAUSES))
    service.kill()
    assert len(record.acknowledged) == 200

    service.start().wait_ready()

    found = await _audited(service, record)
    assert found.clean, found
    assert found.issues_found == found.issues_expected == CAUSES


async def test_a_kill_in_mid_load_loses_no_acknowledged_alert(service: ServiceProcess) -> None:
    record = Record()

    def kill_in_mid_load(record: Record) -> None:
        if len(record.acknowledged) == 300:
            service.kill()

    await Sender(service.url, record, on_ack=kill_in_mid_load).send(alerts_of(3_000, causes=CAUSES))
    assert record.unanswered, "the kill came after the load, so it proves nothing"

    service.start().wait_ready()
    # As Grafana would: what was not answered is sent again.
    resent, record.unanswered = record.unanswered, []
    await Sender(service.url, record).send(resent)

    found = await _audited(service, record)
    assert found.clean, found
    assert found.issues_found == found.issues_expected == CAUSES


async def test_kills_at_random_moments_of_the_journey_do_nothing_twice(service: ServiceProcess) -> None:
    # Seeded, so that a failure can be played again; the spans cover a whole journey of one cause.
    chance = random.Random(20261124)
    record = Record()
    for kill in range(6):
        await Sender(service.url, record).send(alerts_of(20, causes=2, label=f"kill{kill}"))
        await asyncio.sleep(chance.uniform(0, 0.8))
        service.kill()
        service.start().wait_ready()

    found = await _audited(service, record)
    assert found.clean, found
    assert found.issues_found == found.issues_expected == 12
