"""What committed webhooks become: episodes, joined to incidents, once."""

import asyncio
from datetime import timedelta

import pytest

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.core.model.alert import AlertStatus
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.ports.errors import PermanentError
from tests.database.events import NOW, REJOIN_WINDOW, event, firing, record, resolved
from tests.database.rows import stored_alerts, stored_incidents, update_types

MINUTE = timedelta(minutes=1)


async def test_new_alert_opens_an_incident(incidents: DatabaseIncidentStore, databases: Databases) -> None:
    await record(incidents, event(1, firing()))
    [incident] = await stored_incidents(databases)
    [alert] = await stored_alerts(databases)
    assert (incident.status, incident.alert_count, incident.revision) == ("open", 1, 1)
    assert (incident.opened_at, incident.resolved_at) == (NOW, None)
    assert (alert.incident_id, alert.status, alert.repeat_count) == (incident.id, "firing", 0)
    assert await update_types(databases) == []


async def test_resend_is_a_repeat_and_no_reason_to_look_again(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    await record(incidents, event(1, firing()))
    # Twice in one body, and once more later.
    await record(incidents, event(2, firing(), firing()), event(3, firing()))
    [incident] = await stored_incidents(databases)
    [alert] = await stored_alerts(databases)
    assert (incident.alert_count, incident.revision) == (1, 1)
    assert alert.repeat_count == 3
    assert await update_types(databases) == ["repeat"] * 3


async def test_second_instance_joins_the_incident(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    await record(incidents, event(1, firing("a")))
    await record(incidents, event(2, firing("b")))
    [incident] = await stored_incidents(databases)
    # One look for both, as long as nobody has looked.
    assert (incident.alert_count, incident.revision) == (2, 1)
    await incidents.claim_runs(NOW, 1)
    await record(incidents, event(3, firing("c")))
    [incident] = await stored_incidents(databases)
    assert (incident.alert_count, incident.revision) == (3, 2)


async def test_incident_resolves_with_its_last_firing_alert(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    await record(incidents, event(1, firing("a"), firing("b")))
    await incidents.claim_runs(NOW, 1)
    await record(incidents, event(2, resolved("a"), received_at=NOW + MINUTE))
    [still_open] = await stored_incidents(databases)
    # One instance less is no reason to look.
    assert (still_open.status, still_open.revision) == ("open", 1)
    await record(incidents, event(3, resolved("b", at=NOW + MINUTE), received_at=NOW + 2 * MINUTE))
    [over] = await stored_incidents(databases)
    assert (over.status, over.resolved_at, over.revision) == ("resolved", NOW + MINUTE, 2)
    assert [row.status for row in await stored_alerts(databases)] == ["resolved", "resolved"]


@pytest.mark.parametrize("apart", [True, False])
async def test_firing_and_resolved_together_end_resolved(
    apart: bool, incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    events = [event(1, firing()), event(2, resolved())] if apart else [event(1, firing(), resolved())]
    await record(incidents, *events)
    [incident] = await stored_incidents(databases)
    [alert] = await stored_alerts(databases)
    assert (incident.status, incident.alert_count) == ("resolved", 1)
    assert (alert.status, alert.ends_at) == ("resolved", NOW)


async def test_resolve_of_an_alert_nobody_heard_of_is_kept(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    await record(incidents, event(1, resolved()))
    [incident] = await stored_incidents(databases)
    assert (incident.status, incident.alert_count, incident.revision) == ("resolved", 1, 1)


async def test_firing_that_was_overtaken_by_its_resolve_changes_nothing(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    await record(incidents, event(1, firing()), event(2, resolved()))
    await record(incidents, event(3, firing(), received_at=NOW + MINUTE))
    [incident] = await stored_incidents(databases)
    assert incident.status == "resolved"
    assert await update_types(databases) == ["resolved", "stale"]


async def test_alert_that_fires_again_long_after_its_resolve_reopens_the_incident(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    await record(incidents, event(1, firing()), event(2, resolved()))
    before = (await stored_incidents(databases))[0]
    await incidents.claim_runs(NOW, 1)
    later = NOW + 10 * MINUTE
    await record(incidents, event(3, firing(), received_at=later), now=later)
    [incident] = await stored_incidents(databases)
    [alert] = await stored_alerts(databases)
    assert (incident.status, incident.resolved_at) == ("open", None)
    assert incident.revision == before.revision + 1
    assert (alert.status, alert.ends_at) == ("firing", None)


@pytest.mark.parametrize(
    ("after", "incident_count"),
    [
        # The rule fires anew while the window lasts: the same trouble.
        (REJOIN_WINDOW, 1),
        # Later it is a new incident, and the old one is closed.
        (REJOIN_WINDOW + MINUTE, 2),
    ],
)
async def test_new_episode_joins_a_resolved_incident_for_a_while(
    after: timedelta, incident_count: int, incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    await record(incidents, event(1, firing("a")), event(2, resolved("a")))
    later = NOW + after
    await record(incidents, event(3, firing("b"), received_at=later), now=later)
    stored = await stored_incidents(databases)
    assert len(stored) == incident_count
    assert stored[-1].status == "open"
    if incident_count == 2:
        assert (stored[0].status, stored[0].recheck_at) == ("closed", None)


async def test_alert_that_fires_again_leaves_its_closed_incident_for_the_open_one(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    await record(incidents, event(1, firing("a")), event(2, resolved("a")))
    later = NOW + 2 * REJOIN_WINDOW
    await record(incidents, event(3, firing("b"), received_at=later), now=later)
    await record(incidents, event(4, firing("a"), received_at=later), now=later)
    closed, opened = await stored_incidents(databases)
    assert (closed.status, opened.status) == ("closed", "open")
    assert opened.alert_count == 2


async def test_second_dispatch_of_the_same_event_changes_nothing(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    events = [event(1, firing("a"), firing("b")), event(2, firing("a"))]
    await record(incidents, *events)
    before = (await stored_incidents(databases), await stored_alerts(databases))
    await record(incidents, *events)
    # Also together with one that is new.
    await record(incidents, *events, event(3))
    assert (await stored_incidents(databases), await stored_alerts(databases)) == before
    assert await update_types(databases) == ["repeat"]


async def test_alerts_of_other_rules_and_services_have_incidents_of_their_own(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    labels = [
        {"alertname": "HighErrorRate", "service": "api"},
        {"alertname": "HighErrorRate", "service": "mail"},
        {"alertname": "DiskFull", "service": "api"},
    ]
    await record(incidents, event(1, *(firing(str(n), labels=each) for n, each in enumerate(labels))))
    stored = await stored_incidents(databases)
    assert {(row.service, row.alert_name) for row in stored} == {
        ("api", "HighErrorRate"),
        ("mail", "HighErrorRate"),
        ("api", "DiskFull"),
    }


async def test_newest_alerts_come_in_the_order_of_their_storing(incidents: DatabaseIncidentStore) -> None:
    await record(incidents, event(1, *(firing(name) for name in "abcd")))
    await record(incidents, event(2, firing("e"), resolved("c")))
    [run] = await incidents.claim_runs(NOW, 10)
    newest = await incidents.alerts_of(run.incident_id, 3)
    assert [(alert.fingerprint, alert.status) for alert, _ in newest] == [
        ("c", AlertStatus.RESOLVED),
        ("d", AlertStatus.FIRING),
        ("e", AlertStatus.FIRING),
    ]
    # What is read back is what was stored, but for what the sender said of it since.
    assert newest[-1][0] == firing("e")


async def test_thousands_of_alerts_are_stored_at_once(
    incidents: DatabaseIncidentStore, databases: Databases
) -> None:
    await record(incidents, event(1, *(firing(f"n{number}") for number in range(3_200))))
    [incident] = await stored_incidents(databases)
    assert incident.alert_count == 3_200


async def test_writers_at_once_lose_nothing(incidents: DatabaseIncidentStore, databases: Databases) -> None:
    await asyncio.gather(*(record(incidents, event(number, firing(f"n{number}"))) for number in range(1, 21)))
    [incident] = await stored_incidents(databases)
    assert incident.alert_count == 20
    assert len(await stored_alerts(databases)) == 20


async def test_incident_that_is_not_there_is_permanent(incidents: DatabaseIncidentStore) -> None:
    with pytest.raises(PermanentError, match="nobody"):
        await incidents.incident("nobody")


async def test_stored_incident_is_read_back_whole(incidents: DatabaseIncidentStore) -> None:
    await record(incidents, event(1, firing()))
    [run] = await incidents.claim_runs(NOW, 1)
    incident = await incidents.incident(run.incident_id)
    assert incident.status is IncidentStatus.OPEN
    assert (incident.opened_at, incident.alert_name) == (NOW, "HighErrorRate")
    assert (incident.revision, incident.started_revision, incident.handled_revision) == (1, 1, 0)
