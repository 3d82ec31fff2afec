"""A storm of a thousand alerts from twenty causes is twenty incidents and at most twenty messages."""

from datetime import timedelta
from pathlib import Path

from tests.fakes.people import FakeChannel
from tests.pipeline.storm import ALERTS, CAUSES, alerts, break_everything
from tests.pipeline.world import World, a_world

AT_ONCE = 50


async def weather(world: World, seed: int) -> FakeChannel:
    """Let the storm come in, and look at everything until nothing is new; give the channel."""
    channel = FakeChannel()
    world.further_notifiers = [channel]
    break_everything(world)
    storm = alerts(seed)
    for start in range(0, ALERTS, AT_ONCE):
        await world.receive(*storm[start : start + AT_ONCE])
    while await world.work():
        pass
    # Callers that waited for the look at what they need, and the news of those that lead.
    for _ in range(3):
        await world.work_later(timedelta(seconds=70))
    return channel


async def test_thousand_alerts_of_twenty_causes_are_twenty_incidents(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        channel = await weather(world, seed=1)
        assert world.failures == []
        assert await world.stores.joins.count_leading_incidents() == CAUSES
        assert len(channel.messages) == CAUSES
        assert len(world.fake_tracker.issues) == CAUSES
        created = [told for told in world.notifier.told.values() if told.result == "issue created"]
        assert len(created) == CAUSES
