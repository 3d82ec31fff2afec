"""Wherever the power goes off, the service is restarted at most once, and the truth is told."""

import pytest

from issue_intelligence.core.model.evidence import ServiceState
from issue_intelligence.core.model.remediation import Outcome
from issue_intelligence.ports.errors import PermanentError, StorageError
from issue_intelligence.ports.incident_store import Run
from tests.fakes.durable import PowerCutError
from tests.pipeline.test_restart import audited, exhaust_pool, pool_counts, repair, result_of
from tests.pipeline.world import World, shop_alert


async def go_on(world: World, runs: list[Run]) -> Run:
    [run] = runs
    assert await world.stores.incidents.runs_under_way() == [run]
    await world.travel(run)
    assert await world.stores.incidents.runs_under_way() == []
    assert world.failures == []
    return run


@pytest.mark.parametrize("step", ["decide", "remediate", "pause", "prove_1", "plan_report", "notify"])
async def test_restart_that_helps_is_made_and_counted_once(step: str, world: World) -> None:
    exhaust_pool(world)
    world.platform.effect = lambda: repair(world)
    await world.receive(shop_alert())
    run = await go_on(world, await world.work(cut_after=step))
    assert world.platform.restarted == ["shop"]
    assert (await result_of(world, run)).success
    assert world.fake_tracker.issues == {}
    assert await pool_counts(world) == (1, 0)
    assert [entry.action for entry in await audited(world)] == ["remediation_begun", "remediation_ended"]


async def test_cut_before_the_command_began_runs_nothing_and_the_proof_tells(world: World) -> None:
    """Nobody can know that it had not begun, so it is not run: the intent stands for it."""
    exhaust_pool(world)
    await world.receive(shop_alert())
    world.platform.error = PowerCutError()  # type: ignore[assignment]
    runs = await world.work()
    assert world.platform.restarted == ["shop"]
    world.platform.restarted.clear()
    run = await go_on(world, runs)
    result = await result_of(world, run)
    assert world.platform.restarted == []
    assert result.outcome is Outcome.NO_CHANGE
    assert "cut off while the command ran" in world.fake_tracker.issues[1].text.body


async def test_cut_in_mid_command_that_had_worked_is_a_success(world: World) -> None:
    exhaust_pool(world)
    await world.receive(shop_alert())
    world.platform.error = PowerCutError()  # type: ignore[assignment]
    runs = await world.work()
    repair(world)
    run = await go_on(world, runs)
    assert (await result_of(world, run)).success
    assert world.platform.restarted == ["shop"]
    assert world.fake_tracker.issues == {}


async def test_database_that_goes_away_right_after_the_command_makes_no_second_one(world: World) -> None:
    exhaust_pool(world)
    world.platform.effect = lambda: repair(world)
    performed = world.stores.remediations.performed

    async def fail_once(*args: object, **kwargs: object) -> None:
        world.stores.remediations.performed = performed  # type: ignore[method-assign]
        raise StorageError("database is locked")

    world.stores.remediations.performed = fail_once  # type: ignore[method-assign, assignment]
    [run] = await world.receive_and_work(shop_alert())
    assert world.failures == []
    assert world.platform.restarted == ["shop"]
    assert (await result_of(world, run)).success


async def test_run_that_ended_before_its_proof_is_proven_by_the_next(world: World) -> None:
    exhaust_pool(world)
    prove = world.stores.remediations.prove

    async def broken(*args: object, **kwargs: object) -> None:
        world.stores.remediations.prove = prove  # type: ignore[method-assign]
        raise PermanentError("the proof broke")

    world.stores.remediations.prove = broken  # type: ignore[method-assign, assignment]
    await world.receive_and_work(shop_alert())
    assert world.failures == ["the proof broke"]
    world.health.state = ServiceState.DOWN
    [run] = await world.receive_and_work(shop_alert("f2"))
    assert world.platform.restarted == ["shop"]
    assert (await result_of(world, run)).outcome is Outcome.NO_CHANGE
    assert len(world.fake_tracker.issues) == 1
