"""A restart command that does not end is ended, and never run again."""

from issue_intelligence.core.model.remediation import ActionReport
from tests.pipeline.test_restart import MINUTE, body, restarted
from tests.pipeline.world import World


async def test_command_that_hangs_is_ended_and_told_in_the_issue(world: World) -> None:
    world.platform.report = ActionReport(exit_code=None, output=("stopping",), seconds=60.0, timed_out=True)
    _, result = await restarted(world)
    assert (result.attempted, result.success) == (True, False)
    assert world.platform.restarted == ["shop"]
    assert "after 60 s" in body(world)
    await world.work_later(5 * MINUTE)
    assert world.platform.restarted == ["shop"]
