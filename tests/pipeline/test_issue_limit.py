"""Issues over the hourly limit wait, are told of, and are created; so are those a tracker puts off."""

import asyncio
from datetime import timedelta
from typing import Any

from issue_intelligence.ports.errors import RateLimitedError
from tests.pipeline.world import LABELS, STARTS_AT, TRACE, World, iso, resolved, shop_alert, trace_of

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def alert_of(number: int, **changes: Any) -> dict[str, Any]:
    """An alert of a service of its own, so a cause of its own."""
    return shop_alert(f"f{number}", labels=LABELS | {"service": f"shop-{number}"}, **changes)


def fail_in_each(world: World, numbers: range) -> None:
    for number in numbers:
        world.logs.add(STARTS_AT, *[trace_of(number)] * 4, service=f"shop-{number}")


async def fire(world: World, number: int) -> None:
    fail_in_each(world, range(number))
    await world.receive(*(alert_of(each) for each in range(number)))
    await world.work()


async def test_the_rest_waits_and_is_created(world: World) -> None:
    world.creations_per_hour = 2
    await fire(world, 5)
    assert len(world.fake_tracker.issues) == 2
    # Everybody hears of everything at once.
    results = sorted(notice.result for notice in world.notifier.told.values())
    assert results.count("issue created") == 2
    assert sum("this one waits until" in result for result in results) == 3
    created = []
    for _ in range(3 * 3):
        await world.work_later(20 * MINUTE)
        created.append(len(world.fake_tracker.issues))
    # Never more than two within an hour, and in the end all, though by then the log of the start is old.
    assert created[1] == 2
    assert all(later - earlier <= 2 for earlier, later in zip(created, created[2:], strict=False))
    assert created[-1] == 5
    assert world.failures == []
    assert sum(notice.result == "issue created" for notice in world.notifier.told.values()) == 5


async def test_runs_at_once_do_not_exceed_the_limit(world: World) -> None:
    world.creations_per_hour = 3
    fail_in_each(world, range(10))
    await world.receive(*(alert_of(each) for each in range(10)))
    while await world.intake().dispatch(200):
        pass
    runs = await world.stores.incidents.claim_runs(world.clock.now(), 50)
    assert len(runs) == 10
    await asyncio.gather(*(world.travel(run) for run in runs))
    assert len(world.fake_tracker.issues) == 3
    assert world.failures == []


async def test_what_resolved_while_it_waited_still_gets_its_issue(world: World) -> None:
    world.creations_per_hour = 1
    await fire(world, 2)
    waiting = "shop-1" if "shop-0" in world.fake_tracker.issues[1].text.body else "shop-0"
    number = int(waiting[-1])
    world.clock.advance(MINUTE)
    await world.receive(
        resolved(world.clock.now(), f"f{number}", labels=LABELS | {"service": waiting}),
    )
    await world.work()
    assert len(world.fake_tracker.issues) == 1
    await world.work_later(HOUR)
    assert waiting in world.fake_tracker.issues[2].text.body
    assert world.failures == []


async def test_limit_counts_what_another_run_has_done_since_the_plan(world: World) -> None:
    world.creations_per_hour = 1
    fail_in_each(world, range(1, 3))
    await world.receive(alert_of(1), alert_of(2))
    await world.work(cut_after="plan_report")
    for run in await world.stores.incidents.runs_under_way():
        await world.travel(run)
    assert len(world.fake_tracker.issues) == 1
    await world.work_later(HOUR + MINUTE)
    assert len(world.fake_tracker.issues) == 2


async def test_news_of_an_issue_that_cannot_be_looked_at_is_told_later(world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    world.clock.advance(MINUTE)
    limited = RateLimitedError("GitHub asks us to wait", retry_after_seconds=1_800)
    # The history collector asks first, and goes without.
    world.fake_tracker.failures += [limited, limited]
    await world.receive_and_work(shop_alert("f2", startsAt=iso(world.clock.now())))
    assert world.comments() == []
    assert world.failures == []
    await world.work_later(HOUR / 2)
    [comment] = world.comments()
    assert "2 alerts" in comment
    assert world.failures == []


async def test_tracker_that_asks_for_half_an_hour_does_not_hold_up_the_notice(world: World) -> None:
    world.fake_tracker.failures.append(
        RateLimitedError("GitHub asks us to make no more requests for 30 min", retry_after_seconds=1_800)
    )
    await fire(world, 1)
    assert world.fake_tracker.issues == {}
    [notice] = world.notifier.told.values()
    assert "the issue waits until" in notice.result
    assert world.failures == []
    await world.work_later(HOUR)
    assert len(world.fake_tracker.issues) == 1
