"""An issue that is there already hears of what was tried, once."""

from datetime import timedelta

from issue_intelligence.core.remediate.watch import WATCH
from tests.pipeline.remediation_parts import limits
from tests.pipeline.test_restart import exhaust_pool, repair
from tests.pipeline.world import World, iso, resolved, shop_alert

SECOND = timedelta(seconds=1)
LATER = timedelta(hours=3)


async def an_open_issue(world: World) -> None:
    """An earlier incident of the same cause, in which nothing was tried."""
    world.limits = limits(kill_switch=True)
    exhaust_pool(world)
    await world.receive_and_work(shop_alert())
    world.clock.advance(timedelta(minutes=1))
    await world.receive_and_work(resolved(world.clock.now()))
    world.clock.advance(LATER)
    world.limits = limits()
    exhaust_pool(world)


async def test_failed_restart_is_told_in_the_comment_and_not_again(world: World) -> None:
    await an_open_issue(world)
    await world.receive_and_work(shop_alert("f2", startsAt=iso(world.clock.now())))
    assert world.platform.restarted == ["shop"]
    *_, comment = world.comments()
    assert "- We tried restart ourselves. It did not help: health still fails" in comment
    world.clock.advance(timedelta(minutes=1))
    await world.receive_and_work(shop_alert("f3", startsAt=iso(world.clock.now())))
    *_, comment = world.comments()
    assert "1 further alert" in comment
    assert "We tried" not in comment


async def test_restart_that_did_not_last_is_told_in_the_comment(world: World) -> None:
    await an_open_issue(world)
    world.platform.effect = lambda: repair(world)
    comments = len(world.comments())
    await world.receive_and_work(shop_alert("f2", startsAt=iso(world.clock.now())))
    assert len(world.comments()) == comments
    await world.work_later(WATCH + SECOND)
    *_, comment = world.comments()
    assert "We tried restart ourselves. It did not last: the alert still fires 10 min later" in comment
    assert len(world.fake_tracker.issues) == 1
