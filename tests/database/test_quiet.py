"""Silences, maintenance windows and ignore patterns as they come back, and who changed them."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.ignore_patterns import DatabaseIgnorePatterns
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.looking_again import DatabaseFiringAlerts
from issue_intelligence.adapters.database.maintenance import DatabaseMaintenance
from issue_intelligence.adapters.database.quiet_tables import ignored_incidents
from issue_intelligence.adapters.database.report_tables import audit
from issue_intelligence.adapters.database.silences import DatabaseSilences
from issue_intelligence.core.model.ignore_pattern import PatternUse
from issue_intelligence.core.model.maintenance import Weekday, Weekly
from tests.database.events import event, firing, record, resolved
from tests.database.rows import rows_of, stored_incidents
from tests.factories.quiet import NOON, pattern, silence, window

HOUR = timedelta(hours=1)


async def test_silences_are_listed_those_that_end_last_first(databases: Databases) -> None:
    store = DatabaseSilences(databases)
    one, two = silence(id="1" * 32), silence(id="2" * 32, starts_at=NOON + HOUR, comment="ünïcode")
    for each in (one, two):
        await store.add(each, NOON)
    assert await store.all(9) == (two, one)
    assert await store.all(1) == (two,)
    assert await store.one("1" * 32) == one
    assert await store.one("3" * 32) is None
    assert await store.in_force(NOON) == (one,)
    assert await store.pending(NOON) == (two,)


async def test_silence_is_ended_once_and_that_is_on_record(databases: Databases) -> None:
    store = DatabaseSilences(databases)
    await store.add(silence(), NOON)
    ended = await store.expire("a" * 32, NOON + HOUR / 2, "bob")
    assert ended == silence(ends_at=NOON + HOUR / 2, ended_by="bob")
    assert await store.expire("a" * 32, NOON + HOUR, "eve") == ended
    assert await store.expire("0" * 32, NOON, "bob") is None
    assert [(row.actor, row.action) for row in await rows_of(databases, audit)] == [
        ("ana", "silence_add"),
        ("bob", "silence_expire"),
    ]


async def test_windows_of_both_kinds_come_back(databases: Databases) -> None:
    store = DatabaseMaintenance(databases)
    weekly = Weekly(days=(Weekday.SUNDAY,), starts=time(2, 30), until=time(4), timezone="Europe/Berlin")
    lasting = replace(weekly, until=None, duration=timedelta(minutes=90))
    windows = (
        window(id="1" * 32, name="a"),
        window('instance=~"a\\d"', id="2" * 32, name="b", schedule=weekly),
        window(id="3" * 32, name="c", schedule=lasting),
    )
    for each in windows:
        await store.add(each, NOON)
    assert await store.all() == windows
    assert await store.remove("2" * 32, NOON, "bob")
    assert not await store.remove("2" * 32, NOON, "bob")
    assert await store.all() == (windows[0], windows[2])
    entry = (await rows_of(databases, audit))[-1]
    assert (entry.actor, entry.action, entry.details) == ("bob", "maintenance_remove", {"name": "b"})


async def test_pattern_comes_back_with_its_use(databases: Databases) -> None:
    store = DatabaseIgnorePatterns(databases)
    await store.add(pattern())
    assert await store.one("c" * 32) == (pattern(), PatternUse())
    for incident, after in (("1", 1), ("1", 2), ("2", 3)):
        await store.used("c" * 32, incident * 32, NOON + after * HOUR)
    found = (pattern(), PatternUse(incidents=2, last_at=NOON + 3 * HOUR))
    assert await store.one("c" * 32) == found
    assert await store.all(9) == (found,)
    assert await store.one("0" * 32) is None


async def test_patterns_in_force_are_those_of_the_service_that_nobody_revoked(databases: Databases) -> None:
    store = DatabaseIgnorePatterns(databases)
    held = pattern(id="1" * 32)
    for each in (
        held,
        pattern(id="2" * 32, service="mail"),
        pattern(id="3" * 32, environment="staging"),
        pattern(id="4" * 32, expires_at=NOON),
        pattern(id="5" * 32),
    ):
        await store.add(each)
    assert await store.revoke("5" * 32, NOON, "bob")
    assert await store.in_force("shop", "production", NOON) == (held,)
    assert not await store.revoke("0" * 32, NOON, "bob")
    # Again, and of one that is over: nothing changes.
    before = len(await rows_of(databases, audit))
    assert await store.revoke("5" * 32, NOON + HOUR, "eve")
    assert await store.revoke("4" * 32, NOON + HOUR, "eve")
    assert len(await rows_of(databases, audit)) == before
    found = await store.one("5" * 32)
    assert found is not None
    assert (found[0].revoked_at, found[0].revoked_by) == (NOON, "bob")


async def test_what_ended_long_ago_is_deleted_a_little_at_a_time(databases: Databases) -> None:
    silences, windows = DatabaseSilences(databases), DatabaseMaintenance(databases)
    patterns = DatabaseIgnorePatterns(databases)
    weekly = Weekly(days=(Weekday.SUNDAY,), starts=time(2), until=time(4))
    for digit in "123":
        await silences.add(silence(id=digit * 32), NOON)
        await windows.add(window(id=digit * 32), NOON)
        await patterns.add(pattern(id=digit * 32, expires_at=NOON + HOUR))
    await silences.add(silence(id="4" * 32, minutes=61), NOON)
    await windows.add(window(id="4" * 32, schedule=weekly), NOON)
    await patterns.add(pattern(id="4" * 32))
    await patterns.used("1" * 32, "9" * 32, NOON)
    for store in (silences, windows, patterns):
        before = NOON + timedelta(minutes=61)
        # Some at a time, those that lie in the future never.
        assert [await store.delete_ended(before, 2) for _ in range(3)] == [2, 1, 0]
    assert [each.id for each in await silences.all(9)] == ["4" * 32]
    assert [each.id for each in await windows.all()] == ["4" * 32]
    assert [each.id for each, _ in await patterns.all(9)] == ["4" * 32]
    assert await rows_of(databases, ignored_incidents) == []


async def test_revoked_pattern_is_deleted_by_when_it_was_revoked(databases: Databases) -> None:
    store = DatabaseIgnorePatterns(databases)
    await store.add(pattern())
    await store.revoke("c" * 32, NOON, "bob")
    assert await store.delete_ended(NOON, 9) == 0
    assert await store.delete_ended(NOON + HOUR, 9) == 1


async def test_firing_are_alerts_of_open_incidents(
    databases: Databases, incidents: DatabaseIncidentStore
) -> None:
    labels = {"alertname": "A", "service": "shop", "environment": "production"}
    await record(incidents, event(1, firing("a", labels=labels), firing("b", labels=labels)))
    await record(incidents, event(2, resolved("b", labels=labels)))
    [found] = await DatabaseFiringAlerts(databases).firing()
    assert (found.service, found.environment, found.labels) == ("shop", "production", labels)


@pytest.mark.parametrize(("matcher", "is_due"), [("service=shop", True), ("service=mail", False)])
async def test_new_silence_has_what_it_covers_looked_at_when_it_begins(
    matcher: str, is_due: bool, databases: Databases, incidents: DatabaseIncidentStore
) -> None:
    await record(incidents, event(1, firing("a", labels={"alertname": "A", "service": "shop"})))
    begins = NOON + HOUR
    await DatabaseSilences(databases).add(silence(matcher, starts_at=begins), NOON)
    [incident] = await stored_incidents(databases)
    assert incident.recheck_at == (begins if is_due else None)


async def test_new_window_has_what_it_covers_looked_at_when_it_opens(
    databases: Databases, incidents: DatabaseIncidentStore
) -> None:
    await record(incidents, event(1, firing("a", labels={"alertname": "A", "service": "shop"})))
    await DatabaseMaintenance(databases).add(window(starts_at=NOON + HOUR), NOON)
    [incident] = await stored_incidents(databases)
    assert incident.recheck_at == NOON + HOUR
    # What is due sooner stays so.
    await DatabaseMaintenance(databases).add(window(id="9" * 32, starts_at=NOON + 2 * HOUR), NOON)
    [incident] = await stored_incidents(databases)
    assert incident.recheck_at == NOON + HOUR


async def test_long_names_are_kept_in_part(databases: Databases) -> None:
    await DatabaseSilences(databases).add(silence(created_by="a" * 999), NOON)
    await DatabaseMaintenance(databases).add(window(name="n" * 999, created_by="a" * 999), NOON)
    await DatabaseIgnorePatterns(databases).add(pattern(created_by="a" * 999))
    await DatabaseIgnorePatterns(databases).revoke("c" * 32, NOON, "b" * 999)
    [held] = await DatabaseSilences(databases).all(9)
    assert held.created_by == "a" * 255
