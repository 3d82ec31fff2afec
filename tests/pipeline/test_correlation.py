"""Related incidents are told once: who tells, what the parts hear, and how they part again."""

from datetime import timedelta
from typing import Any

import pytest

from issue_intelligence.core.model.incident import JoinReason
from issue_intelligence.core.model.issue import IssueState
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.ports.incident_store import Run
from tests.fakes.people import FakeChannel
from tests.pipeline.world import (
    AUTO_CLOSE_AFTER,
    LABELS,
    STARTS_AT,
    TRACE,
    World,
    iso,
    resolved,
    shop_alert,
    trace_of,
)

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
SLOW = LABELS | {"alertname": "SlowCheckout", "severity": "warning"}
DATABASE = {"alertname": "DatabaseErrors", "service": "postgres", "severity": "critical"}
CATALOGUE = (Service(name="shop", dependencies=("postgres",)), Service(name="postgres"))
REFUSED = "ERROR connect ECONNREFUSED postgres:5432"
DISK = "FATAL could not write to file pg_wal/xlogtemp.31: No space left on device"


def slow_alert(**changes: Any) -> dict[str, Any]:
    return shop_alert("slow", **{"labels": SLOW} | changes)


def database_alert(**changes: Any) -> dict[str, Any]:
    return shop_alert("db", **{"labels": DATABASE} | changes)


async def leader_of(world: World, run: Run) -> str:
    joined = (await world.stores.incidents.incident(run.incident_id)).joined
    return joined.into if joined else ""


def database_down(world: World) -> FakeChannel:
    channel = FakeChannel()
    world.further_notifiers = [channel]
    world.catalogue = CATALOGUE
    world.logs.add(STARTS_AT, *[DISK] * 4, service="postgres")
    world.logs.add(STARTS_AT, *[REFUSED] * 4, service="shop")
    world.health.down = {"postgres"}
    return channel


async def by_service(world: World, runs: list[Run]) -> dict[str, Run]:
    return {(await world.stores.incidents.incident(run.incident_id)).service: run for run in runs}


async def test_two_rules_with_one_bug_are_one_incident_that_says_so(world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    first, second = await world.receive_and_work(shop_alert(), slow_alert())
    assert await leader_of(world, second) == first.incident_id
    assert len(world.fake_tracker.issues) == 1
    assert [told.result for told in world.notifier.told.values()] == ["issue created"]
    await world.work_later(MINUTE)
    [comment] = world.comments()
    assert " of shop is part of this. " in comment
    assert "has the same likely cause as" in comment
    # And says it once.
    await world.work_later(20 * MINUTE)
    assert sum("is part of this" in each for each in world.comments()) == 1


async def test_two_rules_with_two_bugs_are_two_incidents(world: World) -> None:
    world.logs.add(STARTS_AT, *[trace_of(1)] * 4)
    [one] = await world.receive_and_work(shop_alert())
    world.logs.texts.clear()
    world.clock.advance(MINUTE)
    world.logs.add(world.clock.now(), *[trace_of(2)] * 4)
    found = await world.receive_and_work(slow_alert(startsAt=iso(world.clock.now())))
    [two] = [run for run in found if run.incident_id != one.incident_id]
    assert await leader_of(world, two) == ""
    assert len(world.fake_tracker.issues) == 2


async def test_caller_looked_at_first_waits_for_the_look_at_what_it_needs(world: World) -> None:
    channel = database_down(world)
    await world.receive(shop_alert())
    await world.intake().dispatch(10)
    await world.receive(database_alert())
    await world.work()
    assert len(channel.messages) == 1
    await world.work_later(61 * SECOND)
    [message] = channel.messages.values()
    assert message.service == "postgres"
    assert len(world.fake_tracker.issues) == 1
    assert await world.stores.joins.count_leading_incidents() == 1


async def test_database_down_hides_its_callers_and_tells_of_them(world: World) -> None:
    channel = database_down(world)
    [database] = await world.receive_and_work(database_alert())
    world.clock.advance(10 * SECOND)
    [shop] = [run for run in await world.receive_and_work(shop_alert()) if run != database]
    validation = (await world.findings(shop)).verdict.validation
    assert validation.conclusion is Conclusion.SUPPRESSED
    assert (
        "postgres, which it needs, is in trouble and told of by DatabaseErrors of postgres"
        in validation.reason
    )
    joined = (await world.stores.incidents.incident(shop.incident_id)).joined
    assert joined is not None
    assert (joined.into, joined.reason) == (database.incident_id, JoinReason.DEPENDENCY)
    await world.work_later(20 * SECOND)
    [comment] = world.comments()
    assert "CheckoutErrors of shop is part of this." in comment
    assert len(channel.messages) == 1
    # Looked at again, while it lasts, and still nobody needs to hear of it.
    assert shop.incident_id in {run.incident_id for run in await world.work_later(5 * MINUTE)}
    assert len(world.fake_tracker.issues) == 1


async def test_caller_tells_where_nobody_tells_of_the_database(world: World) -> None:
    database_down(world)
    [shop] = await world.receive_and_work(shop_alert())
    assert (await world.findings(shop)).verdict.validation.conclusion is Conclusion.REAL
    assert len(world.fake_tracker.issues) == 1


async def test_database_takes_over_from_a_caller_and_its_issue_says_where_it_goes_on(world: World) -> None:
    database_down(world)
    [shop] = await world.receive_and_work(shop_alert())
    world.clock.advance(MINUTE)
    found = await world.receive_and_work(database_alert(startsAt=iso(world.clock.now())))
    [database] = [run for run in found if run.incident_id != shop.incident_id]
    assert await leader_of(world, shop) == database.incident_id
    assert "- CheckoutErrors of shop: " in world.fake_tracker.issues[2].text.body
    for _ in range(4):
        await world.work_later(5 * MINUTE)
    links = [each for each in world.comments(1) if "Part of another incident" in each]
    assert len(links) == 1
    assert "issue #2" in links[0]
    # Not closed by force.
    assert world.fake_tracker.issues[1].tracked.state is IssueState.OPEN


async def test_issue_of_a_part_ends_as_issues_do(world: World) -> None:
    database_down(world)
    await world.receive_and_work(shop_alert())
    world.clock.advance(MINUTE)
    await world.receive_and_work(database_alert(startsAt=iso(world.clock.now())))
    world.clock.advance(MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    await world.work_later(AUTO_CLOSE_AFTER + MINUTE)
    assert world.fake_tracker.issues[1].tracked.state is IssueState.CLOSED


async def test_caller_that_still_fires_when_the_database_is_up_again_is_told(world: World) -> None:
    channel = database_down(world)
    await world.receive_and_work(database_alert())
    world.clock.advance(10 * SECOND)
    [shop] = [
        run
        for run in await world.receive_and_work(shop_alert())
        if (await by_service(world, [run])).get("shop")
    ]
    world.health.down = set()
    world.clock.advance(MINUTE)
    await world.receive_and_work(resolved(world.clock.now(), "db", labels=DATABASE))
    # What ends with its cause has two minutes to do so.
    await world.work_later(3 * MINUTE)
    assert await leader_of(world, shop) == ""
    assert {message.service for message in channel.messages.values()} == {"postgres", "shop"}
    assert len(world.fake_tracker.issues) == 2


async def test_caller_that_ends_with_the_database_is_never_told(world: World) -> None:
    channel = database_down(world)
    await world.receive_and_work(database_alert())
    world.clock.advance(10 * SECOND)
    await world.receive_and_work(shop_alert())
    world.clock.advance(MINUTE)
    await world.receive_and_work(resolved(world.clock.now(), "db", labels=DATABASE))
    world.clock.advance(MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    for _ in range(5):
        await world.work_later(5 * MINUTE)
    assert {message.service for message in channel.messages.values()} == {"postgres"}
    assert len(world.fake_tracker.issues) == 1


async def test_split_part_is_told_and_not_joined_again(world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    _, second = await world.receive_and_work(shop_alert(), slow_alert())
    now = world.clock.now()
    await world.stores.joins.split(second.incident_id, by="ana", note="", now=now)
    runs = await world.work_later(MINUTE)
    assert second.incident_id in {run.incident_id for run in runs}
    for _ in range(3):
        await world.work_later(10 * MINUTE)
    assert await leader_of(world, second) == ""
    assert len({told.incident_id for told in world.notifier.told.values()}) == 2


async def test_worse_part_makes_the_whole_worse(world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [first] = await world.receive_and_work(slow_alert())
    before = (await world.findings(first)).verdict.categorization.severity
    world.clock.advance(10 * SECOND)
    [second] = [
        run for run in await world.receive_and_work(shop_alert()) if run.incident_id != first.incident_id
    ]
    assert await leader_of(world, second) == first.incident_id
    worst = (await world.findings(second)).verdict.categorization.severity
    await world.work_later(MINUTE)
    again = await world.stores.incidents.findings_before(Run(incident_id=first.incident_id, revision=99))
    assert again is not None
    assert again.verdict.categorization.severity is min((before, worst), key=list(type(worst)).index)


@pytest.mark.parametrize("cut_after", ["correlate", "plan_report"])
async def test_crash_changes_nothing_of_what_was_joined(cut_after: str, world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive(shop_alert(), slow_alert())
    first, second = await world.work(cut_after=cut_after)
    await world.travel(first)
    await world.travel(second)
    assert await leader_of(world, second) == first.incident_id
    assert len(world.fake_tracker.issues) == 1
    assert world.failures == []
