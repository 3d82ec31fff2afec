"""Wherever the power goes off, the run goes on, and nothing outside is done twice or never."""

from datetime import timedelta

import pytest

from issue_intelligence.core.model.issue import IssueState
from issue_intelligence.ports.alert_history import HistoryQuery
from issue_intelligence.ports.errors import PermanentError, TransientError
from tests.pipeline.world import AUTO_CLOSE_AFTER, STARTS_AT, TRACE, World, resolved, shop_alert

STEPS = (
    "health",
    "logs",
    "known_issues",
    "metrics",
    "history",
    "decide",
    "announce",
    "remediate",
    "plan_report",
    "report_issue",
    "notify",
    "finish",
)


async def cut_and_go_on(world: World, step: str) -> None:
    """Lose the power after the step's work and before its record; then start again."""
    runs = await world.work(cut_after=step)
    under_way = await world.stores.incidents.runs_under_way()
    # The last step had committed the end of the run already.
    assert under_way == ([] if step == "finish" else runs)
    for run in runs:
        await world.travel(run)
    assert await world.stores.incidents.runs_under_way() == []
    assert world.failures == []


@pytest.mark.parametrize("step", STEPS)
async def test_new_incident_has_one_issue_and_one_notice(step: str, world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive(shop_alert())
    await cut_and_go_on(world, step)
    assert len(world.fake_tracker.issues) == 1
    assert world.comments() == []
    assert len(world.notifier.told) == 1


@pytest.mark.parametrize("step", STEPS)
async def test_resolve_has_one_comment(step: str, world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    world.clock.advance(timedelta(minutes=1))
    await world.receive(resolved(world.clock.now()))
    await cut_and_go_on(world, step)
    [comment] = world.comments()
    assert comment.startswith("**Resolved**")


@pytest.mark.parametrize("step", ["plan_report", "report_issue", "finish"])
async def test_issue_is_closed_once(step: str, world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    world.clock.advance(timedelta(minutes=1))
    await world.receive_and_work(resolved(world.clock.now()))
    world.clock.advance(AUTO_CLOSE_AFTER)
    await cut_and_go_on(world, step)
    assert world.fake_tracker.issues[1].tracked.state is IssueState.CLOSED
    assert len(world.comments()) == 2


async def test_issue_that_was_written_just_before_the_cut_is_found_again(world: World) -> None:
    """The tracker had answered, and we had not noted it: neither the step nor the effect is recorded."""
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive(shop_alert())
    ledger_complete = world.stores.ledger.complete
    cut = TransientError("the database went away")

    async def fail_once(*args: object, **kwargs: object) -> None:
        world.stores.ledger.complete = ledger_complete  # type: ignore[method-assign]
        raise cut

    world.stores.ledger.complete = fail_once  # type: ignore[method-assign]
    await world.work()
    assert world.failures == []
    assert len(world.fake_tracker.issues) == 1
    link = (await world.stores.history.page(HistoryQuery())).alerts[0]["issue"]
    assert link["number"] == 1


async def test_tracker_that_is_away_for_a_moment_is_asked_again(world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive(shop_alert())
    world.fake_tracker.failures = [TransientError("502"), TransientError("502")]
    await world.work()
    assert (world.failures, len(world.fake_tracker.issues)) == ([], 1)


async def test_tracker_that_says_no_ends_the_run_and_the_next_alert_tries_anew(world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive(shop_alert())
    world.fake_tracker.failures = [PermanentError("the folder is read-only")]
    await world.work()
    assert world.failures == ["the folder is read-only"]
    assert world.fake_tracker.issues == {}
    await world.receive_and_work(shop_alert("f2"))
    assert len(world.fake_tracker.issues) == 1


async def test_people_who_could_not_be_told_are_told_by_the_next_try(world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive(shop_alert())
    world.notifier.failures = [TransientError("broken pipe")]
    await world.work()
    assert world.failures == []
    assert len(world.notifier.told) == 1


async def test_same_webhook_dispatched_twice_is_one_incident(world: World) -> None:
    """The power went off between storing the alerts and noting that they are stored."""
    await world.receive(shop_alert())
    [event] = await world.stores.inbound.undispatched(10)
    mark = world.stores.inbound.mark_dispatched
    forgotten: list[object] = []

    async def forget_once(event_ids: object, at: object) -> None:
        forgotten.append(event_ids)
        world.stores.inbound.mark_dispatched = mark  # type: ignore[method-assign]

    world.stores.inbound.mark_dispatched = forget_once  # type: ignore[method-assign]
    await world.work()
    assert forgotten == [[event.id]]
    assert await world.stores.inbound.undispatched(10) == []
    [alert] = (await world.stores.history.page(HistoryQuery())).alerts
    assert alert["repeat_count"] == 0
