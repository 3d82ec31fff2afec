"""A restart as the channel sees it: announced before it begins, and its end told."""

from datetime import timedelta

from tests.adapters.slack.reading import shown
from tests.fakes.slack import FakeSlack
from tests.pipeline.test_restart import MINUTE, exhaust_pool, repair
from tests.pipeline.test_slack_journey import slack
from tests.pipeline.world import World, resolved, shop_alert

__all__ = ["slack"]


async def test_restart_that_helps_is_announced_and_its_end_told_once(world: World, slack: FakeSlack) -> None:
    exhaust_pool(world)
    seen: list[str] = []

    def restart() -> None:
        seen.append(shown(slack.only_message("critical")))
        repair(world)

    world.platform.effect = restart
    await world.receive_and_work(shop_alert())
    [before] = seen
    assert "Attempting restart..." in before
    message = slack.only_message("critical")
    assert "✅ REPAIRED: shop" in shown(message)
    world.clock.advance(MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    for hours in (1, 25):
        await world.work_later(timedelta(hours=hours))
    assert "✅ REPAIRED: shop" in shown(message)
    [end] = slack.channel("critical").replies(message.ts)
    assert "✅ *Auto-Remediation Successful*" in shown(end)
    assert "_No issue created_" in shown(end)


async def test_restart_that_does_not_help_is_told_in_the_channel(world: World, slack: FakeSlack) -> None:
    exhaust_pool(world)
    await world.receive_and_work(shop_alert())
    message = slack.only_message("critical")
    await world.work_later(20 * MINUTE)
    assert "❌ *Auto-Remediation Failed*" in shown(message)
    assert "Issue created: #1" in shown(message)
    [end] = slack.channel("critical").replies(message.ts)
    assert end.is_broadcast
    assert "❌ *Auto-Remediation Failed*" in shown(end)
