"""Killed at the most dangerous moments, the run ends as if nothing had been."""

import signal

import pytest

from tests.journey.auditor import audit, issue_of, wait_investigated
from tests.journey.conftest import FaultyService
from tests.journey.faulty_service import CRASHES
from tests.journey.sender import Outgoing, Record, Sender
from tests.journey.waiting import wait_for

pytestmark = pytest.mark.journey

SETTLE_SECONDS = 40
ON_THE_WAY_TO_AN_ISSUE = [name for name in CRASHES if name != "after_comment_before_record"]
ON_THE_WAY_TO_A_COMMENT = [
    "after_intent_before_effect",
    "after_comment_before_record",
    "after_record_before_step",
]


def _alert(service: str, alert_name: str) -> Outgoing:
    return Outgoing(fingerprint=f"{service}-{alert_name}", service=service, alert_name=alert_name)


async def _send(service: FaultyService, record: Record, alert: Outgoing) -> None:
    await Sender(service.url, record, connections=1).send([alert])
    assert alert in record.acknowledged.values()


async def _crash_and_go_on(service: FaultyService) -> None:
    """Wait for the fault to kill it, and start it without one."""
    assert service.wait_ended(30) == -signal.SIGKILL, service.output()
    service.disarm()
    service.start().wait_ready()
    await wait_investigated(service.url, timeout_seconds=SETTLE_SECONDS)


@pytest.mark.parametrize("crash", ON_THE_WAY_TO_AN_ISSUE)
async def test_a_crash_on_the_way_to_an_issue_leaves_one_issue(
    faulty_service: FaultyService, crash: str
) -> None:
    record = Record()
    faulty_service.arm(crash)
    await _send(faulty_service, record, _alert(crash, "Errors"))

    await _crash_and_go_on(faulty_service)

    found = await audit(faulty_service.url, record, faulty_service.issues())
    assert found.clean, found
    assert issue_of(crash, faulty_service.issues()).comment_marks == ()


@pytest.mark.parametrize("crash", ON_THE_WAY_TO_A_COMMENT)
async def test_a_crash_on_the_way_to_a_comment_leaves_one_comment(
    faulty_service: FaultyService, crash: str
) -> None:
    record = Record()
    cause = f"commented_{crash}"
    await _send(faulty_service, record, _alert(cause, "Errors"))
    await wait_investigated(faulty_service.url, timeout_seconds=SETTLE_SECONDS)

    # Another rule sees the same cause: its incident is part of the first, whose issue gets a comment.
    faulty_service.arm(crash)
    await _send(faulty_service, record, _alert(cause, "SlowCheckout"))
    await _crash_and_go_on(faulty_service)

    # The incident that leads tells it in a look of its own, which nobody waited for.
    wait_for(
        "the comment",
        lambda: len(issue_of(cause, faulty_service.issues()).comment_marks) >= 1,
        timeout_seconds=SETTLE_SECONDS,
    )
    found = await audit(faulty_service.url, record, faulty_service.issues())
    assert found.clean, found
    assert len(issue_of(cause, faulty_service.issues()).comment_marks) == 1


def test_no_run_was_given_up_because_of_a_crash(faulty_service: FaultyService) -> None:
    assert "step_failed" not in faulty_service.output()
    assert "step_broke" not in faulty_service.output()
