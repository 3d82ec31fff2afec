"""SIGTERM finishes the step in hand, ends within its patience and loses nothing."""

import time

import pytest

from tests.journey.auditor import audit, wait_investigated
from tests.journey.conftest import FaultyService
from tests.journey.faulty_service import PATIENCE_SECONDS
from tests.journey.sender import Record, Sender, alerts_of
from tests.journey.waiting import wait_until

pytestmark = pytest.mark.journey

SETTLE_SECONDS = 40
# Beyond the patience: the engine looks once a second, and the rest is closed.
MARGIN_SECONDS = 8


async def _audited(service: FaultyService, record: Record) -> None:
    service.start().wait_ready()
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)
    found = await audit(service.url, record, service.issues())
    assert found.clean, found


async def test_sigterm_amid_many_runs_ends_cleanly_and_loses_nothing(faulty_service: FaultyService) -> None:
    record = Record()
    await Sender(faulty_service.url, record).send(alerts_of(60, causes=20, label="busy"))

    faulty_service.terminate(PATIENCE_SECONDS + MARGIN_SECONDS)

    output = faulty_service.output()
    assert "Application shutdown complete." in output
    assert "Traceback" not in output
    await _audited(faulty_service, record)


async def test_sigterm_does_not_wait_for_a_step_that_never_ends(faulty_service: FaultyService) -> None:
    record = Record()
    faulty_service.arm("create_never_answers")
    await Sender(faulty_service.url, record).send(alerts_of(1, causes=1, label="hung"))
    await wait_until(lambda: "fault_hangs" in faulty_service.output(), timeout_seconds=SETTLE_SECONDS)

    started = time.monotonic()
    faulty_service.terminate(PATIENCE_SECONDS + MARGIN_SECONDS)
    assert time.monotonic() - started >= PATIENCE_SECONDS

    faulty_service.disarm()
    await _audited(faulty_service, record)
    assert "step_failed" not in faulty_service.output()
    assert "step_broke" not in faulty_service.output()
