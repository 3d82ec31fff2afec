"""A tracker in trouble, and two incidents of one cause at the same moment."""

import pytest

from issue_intelligence.bootstrap.stores import open_stores
from issue_intelligence.ports.dead_letters import DeadLetter
from issue_intelligence.settings import Settings
from tests.journey.auditor import audit, issue_of, read_issues, wait_investigated
from tests.journey.conftest import FaultyService
from tests.journey.sender import Outgoing, Record, Sender
from tests.journey.waiting import wait_until

pytestmark = pytest.mark.journey

SETTLE_SECONDS = 40


async def _send(service: FaultyService, record: Record, *alerts: Outgoing) -> None:
    await Sender(service.url, record, connections=1).send(alerts, alerts_a_body=len(alerts))
    assert not record.unanswered
    assert not record.refused


async def _dead_letters(service: FaultyService) -> list[DeadLetter]:
    stores = open_stores(Settings(data_dir=service.data_dir))
    try:
        return await stores.dead_letters.open_letters(10)
    finally:
        await stores.databases.dispose()


async def test_two_incidents_of_one_cause_at_the_same_moment_make_one_issue(
    faulty_service: FaultyService,
) -> None:
    record = Record()
    faulty_service.arm("slow_create")
    await _send(
        faulty_service,
        record,
        Outgoing(fingerprint="twin-1", service="twins", alert_name="Errors"),
        Outgoing(fingerprint="twin-2", service="twins", alert_name="SlowCheckout"),
    )
    await wait_investigated(faulty_service.url, timeout_seconds=SETTLE_SECONDS)

    found = await audit(faulty_service.url, record, faulty_service.issues())
    assert found.clean, found
    # The second is part of the first, whose issue may tell so or have told it from the beginning.
    assert len(issue_of("twins", faulty_service.issues()).comment_marks) <= 1


async def test_a_tracker_that_fails_for_a_while_gets_one_issue(faulty_service: FaultyService) -> None:
    record = Record()
    faulty_service.arm("create_fails_twice")
    await _send(faulty_service, record, Outgoing(fingerprint="t-1", service="trying", alert_name="Errors"))
    await wait_investigated(faulty_service.url, timeout_seconds=SETTLE_SECONDS)

    found = await audit(faulty_service.url, record, faulty_service.issues())
    assert found.clean, found
    assert "the answer was lost" in faulty_service.output()


async def test_a_refusal_is_kept_with_its_reason_and_the_incident_goes_on(
    faulty_service: FaultyService,
) -> None:
    record = Record()
    faulty_service.arm("create_is_refused")
    await _send(faulty_service, record, Outgoing(fingerprint="r-1", service="refused", alert_name="Errors"))
    await wait_until(lambda: _dead_letters(faulty_service), timeout_seconds=SETTLE_SECONDS)

    (letter,) = await _dead_letters(faulty_service)
    assert letter.step == "report_issue"
    assert letter.reason == "the tracker refuses: no permission"
    assert "refused" not in [issue.service for issue in read_issues(faulty_service.issues())]

    # Someone has given the permission, and a while later the alert's kin comes.
    faulty_service.disarm()
    faulty_service.set_clock_ahead(3600)
    await _send(faulty_service, record, Outgoing(fingerprint="r-2", service="refused", alert_name="Errors"))
    await wait_until(
        lambda: "refused" in [issue.service for issue in read_issues(faulty_service.issues())],
        timeout_seconds=SETTLE_SECONDS,
    )

    await wait_investigated(faulty_service.url, timeout_seconds=SETTLE_SECONDS)
    found = await audit(faulty_service.url, record, faulty_service.issues())
    assert found.clean, found
