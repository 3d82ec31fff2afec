"""Maintenance: what fires meanwhile is kept with its state, and what fires on is told when it is over."""

from datetime import UTC, time, timedelta
from typing import Any

from issue_intelligence.core.intake.matcher_text import parse_matcher
from issue_intelligence.core.intake.window_text import WindowText
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.maintenance import MaintenanceWindow, Weekday, Weekly, WindowOrigin
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.knowledge.maintenance import MaintenanceCalendar
from issue_intelligence.ports.incident_store import Run
from tests.factories.quiet import window
from tests.pipeline.world import STARTS_AT, TRACE, World, resolved, shop_alert

MINUTE = timedelta(minutes=1)


def calendar(world: World) -> MaintenanceCalendar:
    return MaintenanceCalendar(
        store=world.stores.maintenance, of_file=world.windows_of_file, clock=world.clock
    )


async def planned(world: World, *, in_minutes: float, minutes: float = 60, **text: Any) -> MaintenanceWindow:
    starts_at = world.clock.now() + in_minutes * MINUTE
    fields = {"matchers": (parse_matcher("service=shop"),)} | text
    return await calendar(world).add(
        WindowText(name="backup", starts_at=starts_at, ends_at=starts_at + minutes * MINUTE, **fields),
        by="ana",
    )


async def conclusion(world: World, run: Run) -> Conclusion:
    return (await world.findings(run)).verdict.validation.conclusion


async def test_incident_that_fires_through_a_window_keeps_its_issue_and_is_told_after_it(
    world: World,
) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [first] = await world.receive_and_work(shop_alert())
    await planned(world, in_minutes=30)
    await world.work_later(20 * MINUTE)
    told, said = len(world.notifier.told), len(world.comments())
    # The window opens.
    [run] = await world.work_later(10 * MINUTE)
    findings = await world.findings(run)
    assert findings.verdict.validation.reason == (
        'An excuse holds until 2026-11-24 12:31 UTC: maintenance "backup" by ana.'
    )
    assert findings.issue_key == (await world.findings(first)).issue_key
    # A further alert while it is open.
    await world.receive_and_work(shop_alert("f2"))
    await world.work_later(50 * MINUTE)
    assert (len(world.notifier.told), len(world.comments())) == (told, said)
    # The window is over.
    [run] = await world.work_later(10 * MINUTE)
    assert await conclusion(world, run) is Conclusion.REAL
    assert len(world.fake_tracker.issues) == 1
    assert "Nothing excuses it any more" in world.comments()[-1]
    assert len(world.notifier.told) == told + 1
    assert world.failures == []


async def test_incident_that_begins_and_ends_within_a_window_is_told_to_nobody(world: World) -> None:
    await planned(world, in_minutes=0)
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert())
    assert await conclusion(world, run) is Conclusion.SUPPRESSED
    world.clock.advance(20 * MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    for _ in range(30):
        await world.work_later(60 * MINUTE)
    assert world.fake_tracker.issues == {}
    assert {notice.conclusion for notice in world.notifier.told.values()} == {Conclusion.SUPPRESSED}
    assert (await world.stores.incidents.incident(run.incident_id)).status is IncidentStatus.CLOSED


async def test_weekly_window_of_the_configuration_counts(world: World) -> None:
    # STARTS_AT is a Tuesday noon in Berlin.
    weekly = Weekly(
        days=(Weekday.TUESDAY,), starts=time(11, 30), until=time(12, 20), timezone="Europe/Berlin"
    )
    of_file = window(schedule=weekly, created_by="", comment="disks", origin=WindowOrigin.FILE)
    world.windows_of_file = (of_file,)
    assert STARTS_AT.astimezone(UTC).weekday() == 1
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert())
    assert (await world.findings(run)).verdict.validation.reason == (
        'An excuse holds until 2026-11-24 11:20 UTC: maintenance "backup" of the configuration: disks.'
    )
    await world.work_later(17 * MINUTE)
    [run] = await world.work_later(2 * MINUTE)
    assert await conclusion(world, run) is Conclusion.REAL


async def test_service_is_matched_as_the_incident_knows_it(world: World) -> None:
    await planned(world, in_minutes=0, matchers=(parse_matcher("service=shop"),))
    # The catalogue finds the shop by a label of another name.
    labels = {"alertname": "CheckoutErrors", "app": "shop", "severity": "critical"}
    [run] = await world.receive_and_work(shop_alert(labels=labels))
    assert await conclusion(world, run) is Conclusion.SUPPRESSED


async def test_window_of_another_environment_excuses_nothing(world: World) -> None:
    await planned(world, in_minutes=0, matchers=(parse_matcher("environment=staging"),))
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert())
    assert await conclusion(world, run) is Conclusion.REAL


async def test_removing_a_window_has_what_it_kept_quiet_looked_at_now(world: World) -> None:
    made = await planned(world, in_minutes=0, minutes=600)
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    assert await calendar(world).remove(made.id, by="bob")
    [run] = await world.work_later(MINUTE)
    assert await conclusion(world, run) is Conclusion.REAL
    assert not await calendar(world).remove(made.id, by="bob")
