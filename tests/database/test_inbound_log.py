"""The inbound log keeps every body until its alerts are stored, in the order of the commits."""

from dataclasses import replace
from datetime import timedelta

from issue_intelligence.adapters.database.inbound_log import MAX_BYTES_AT_ONCE, DatabaseInboundLog
from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.ports.inbound_log import NewInboundEvent
from tests.database.events import NOW
from tests.fakes.inbound import append

ID = "0123456789abcdef0123456789abcdef"
EVENT = NewInboundEvent(
    source=AlertSource.GRAFANA, received_at=NOW, body=b'{"alerts": ["\xc3\xbc"]}', alert_ids=(ID, "f" * 32)
)


async def test_committed_event_waits_with_the_bytes_that_were_sent(inbound: DatabaseInboundLog) -> None:
    await append(inbound, EVENT)
    [waiting] = await inbound.undispatched(10)
    assert (waiting.source, waiting.received_at, waiting.body) == (AlertSource.GRAFANA, NOW, EVENT.body)


async def test_events_come_oldest_first_and_no_more_than_asked(inbound: DatabaseInboundLog) -> None:
    for number in range(5):
        await append(inbound, replace(EVENT, body=b"%d" % number))
    assert [event.body for event in await inbound.undispatched(3)] == [b"0", b"1", b"2"]


async def test_dispatched_event_no_longer_waits(inbound: DatabaseInboundLog) -> None:
    await append(inbound, EVENT)
    await append(inbound, EVENT)
    first, second = await inbound.undispatched(10)
    await inbound.mark_dispatched([first.id], NOW)
    assert await inbound.undispatched(10) == [second]
    await inbound.mark_dispatched([], NOW)
    await inbound.mark_dispatched([first.id, second.id], NOW)
    assert await inbound.undispatched(10) == []
    assert (await inbound.backlog()).events == 0


async def test_body_without_a_readable_alert_is_kept_and_never_dispatched(
    inbound: DatabaseInboundLog,
) -> None:
    await append(inbound, replace(EVENT, alert_ids=(), rejected='[{"field": "alerts"}]'))
    assert await inbound.undispatched(10) == []
    assert (await inbound.backlog()).events == 0


async def test_old_events_are_deleted_oldest_first_and_a_few_at_a_time(inbound: DatabaseInboundLog) -> None:
    for days in (40, 35, 31, 29):
        await append(inbound, replace(EVENT, received_at=NOW - timedelta(days=days)))
    await inbound.mark_dispatched([1, 2, 3, 4], NOW)
    before = NOW - timedelta(days=30)
    assert [await inbound.delete_dispatched(before, 2) for _ in range(3)] == [2, 1, 0]
    # The young one is still there, to be deleted when it is old.
    assert await inbound.delete_dispatched(NOW, 2) == 1


async def test_event_that_still_waits_is_never_deleted(inbound: DatabaseInboundLog) -> None:
    old = replace(EVENT, received_at=NOW - timedelta(days=400))
    await append(inbound, old)
    await append(inbound, old)
    await append(inbound, replace(old, alert_ids=()))
    await inbound.mark_dispatched([2], NOW)
    assert await inbound.delete_dispatched(NOW, 100) == 2
    assert [event.id for event in await inbound.undispatched(10)] == [1]


async def test_number_of_a_deleted_event_is_not_given_again(inbound: DatabaseInboundLog) -> None:
    """The pipeline has noted it as dispatched: an alert with that number would never be looked at."""
    await append(inbound, EVENT)
    await inbound.mark_dispatched([1], NOW)
    assert await inbound.delete_dispatched(NOW + timedelta(days=1), 100) == 1
    await append(inbound, EVENT)
    assert [event.id for event in await inbound.undispatched(10)] == [2]


async def test_backlog_counts_what_waits_and_since_when(inbound: DatabaseInboundLog) -> None:
    assert (await inbound.backlog()).oldest_received_at is None
    await append(inbound, replace(EVENT, received_at=NOW + timedelta(minutes=1)))
    await append(inbound, EVENT)
    backlog = await inbound.backlog()
    assert (backlog.events, backlog.oldest_received_at) == (2, NOW)


async def test_waiting_alert_is_found_by_its_whole_id_only(inbound: DatabaseInboundLog) -> None:
    await append(inbound, EVENT)
    assert await inbound.waiting_alert(ID) == NOW
    assert await inbound.waiting_alert("f" * 32) == NOW
    # Wildcards of the database, and an id nobody sent.
    for other in ("%" * 32, "_" * 32, "a" * 32):
        assert await inbound.waiting_alert(other) is None, other


async def test_dispatched_alert_no_longer_waits(inbound: DatabaseInboundLog) -> None:
    await append(inbound, EVENT)
    [event] = await inbound.undispatched(1)
    await inbound.mark_dispatched([event.id], NOW)
    assert await inbound.waiting_alert(ID) is None


async def test_large_bodies_are_taken_a_few_at_once(inbound: DatabaseInboundLog) -> None:
    """Two hundred bodies of the largest size allowed would be a gigabyte."""
    for _ in range(5):
        await append(inbound, replace(EVENT, body=b"x" * (MAX_BYTES_AT_ONCE // 2)))
    taken: list[int] = []
    while events := await inbound.undispatched(200):
        assert sum(len(event.body) for event in events) <= MAX_BYTES_AT_ONCE
        taken += [event.id for event in events]
        await inbound.mark_dispatched([event.id for event in events], NOW)
    assert taken == [1, 2, 3, 4, 5]


async def test_body_larger_than_all_that_is_taken_at_once_comes_alone(inbound: DatabaseInboundLog) -> None:
    await append(inbound, replace(EVENT, body=b"x" * (MAX_BYTES_AT_ONCE + 1)))
    await append(inbound, EVENT)
    assert [event.id for event in await inbound.undispatched(200)] == [1]
