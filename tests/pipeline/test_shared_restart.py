"""Two incidents of one service that stand for themselves: one restart, and both tell what came of it."""

import asyncio
from datetime import timedelta
from typing import Any

from issue_intelligence.core.model.remediation import Outcome
from issue_intelligence.core.remediate.watch import WATCH
from tests.pipeline.apart import receive_apart, work_apart
from tests.pipeline.remediation_parts import limits
from tests.pipeline.test_restart import exhaust_pool, pool_counts, repair, result_of
from tests.pipeline.world import LABELS, World, iso, resolved, shop_alert

MINUTE = timedelta(minutes=1)
SLOW = LABELS | {"alertname": "SlowCheckout"}


def slow_alert(**changes: Any) -> dict[str, Any]:
    return shop_alert("slow", labels=SLOW, **changes)


async def test_second_incident_shares_what_the_first_had_made(world: World) -> None:
    exhaust_pool(world)
    world.platform.effect = lambda: repair(world)
    first, second = await work_apart(world, shop_alert(), slow_alert())
    results = [await result_of(world, run) for run in (first, second)]
    assert world.platform.restarted == ["shop"]
    assert [result.success for result in results] == [True, True]
    assert [result.reason.startswith("It was made for another alert of shop") for result in results] == [
        False,
        True,
    ]
    assert world.fake_tracker.issues == {}
    assert await pool_counts(world) == (1, 0)


async def test_at_the_same_moment_the_second_waits_for_the_proof(world: World) -> None:
    """Even where nothing need lie between two restarts."""
    world.limits = limits(cool_down=timedelta(0))
    exhaust_pool(world)
    world.platform.effect = lambda: repair(world)
    await receive_apart(world, shop_alert(), slow_alert())
    runs = await world.stores.incidents.claim_runs(world.clock.now(), 10)
    await asyncio.gather(*(world.travel(run) for run in runs))
    assert world.failures == []
    assert world.platform.restarted == ["shop"]
    assert [(await result_of(world, run)).outcome for run in runs] == [Outcome.HELPED] * 2
    assert world.fake_tracker.issues == {}


async def test_restart_that_did_not_help_is_told_by_both(world: World) -> None:
    exhaust_pool(world)
    runs = await work_apart(world, shop_alert(), slow_alert())
    assert [(await result_of(world, run)).outcome for run in runs] == [Outcome.NO_CHANGE] * 2
    assert world.platform.restarted == ["shop"]
    assert len(world.fake_tracker.issues) == 1


async def test_shared_success_is_kept_when_the_alert_resolves(world: World) -> None:
    exhaust_pool(world)
    world.platform.effect = lambda: repair(world)
    await work_apart(world, shop_alert(), slow_alert())
    world.clock.advance(2 * MINUTE)
    ended = resolved(world.clock.now(), "slow", labels=SLOW)
    [run] = await world.receive_and_work(ended)
    assert (await result_of(world, run)).success
    assert world.fake_tracker.issues == {}


async def test_shared_success_is_watched_too(world: World) -> None:
    exhaust_pool(world)
    world.platform.effect = lambda: repair(world)
    await work_apart(world, shop_alert(), slow_alert())
    await world.receive_and_work(resolved(world.clock.now()))
    assert world.fake_tracker.issues == {}
    runs = await world.work_later(WATCH + MINUTE)
    reasons = [(await result_of(world, run)).reason for run in runs]
    assert any("shop had it at" in reason for reason in reasons), reasons
    assert len(world.fake_tracker.issues) == 1


async def test_alert_that_began_after_the_proof_shares_nothing(world: World) -> None:
    exhaust_pool(world)
    world.platform.effect = lambda: repair(world)
    await world.receive_and_work(shop_alert())
    world.clock.advance(3 * MINUTE)
    exhaust_pool(world)
    [run] = await work_apart(world, slow_alert(startsAt=iso(world.clock.now())))
    assert (await result_of(world, run)).outcome is Outcome.REFUSED
    assert len(world.fake_tracker.issues) == 1
