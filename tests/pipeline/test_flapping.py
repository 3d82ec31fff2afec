"""An incident that flaps: one issue, few messages, and it is not closed before it is calm."""

from datetime import timedelta
from typing import Any

from issue_intelligence.core.model.evidence import ServiceState
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.issue import IssueState
from issue_intelligence.core.model.verdict import Conclusion, ExcuseKind
from issue_intelligence.ports.incident_store import Run
from tests.pipeline.world import STARTS_AT, TRACE, World, iso, resolved, shop_alert

MINUTE = timedelta(minutes=1)
# A cycle: it fires for so long, and is quiet for so long.
FIRES, RESTS = 3 * MINUTE, 4 * MINUTE
OTHER = "ERROR RangeError: too deep\n    at walk (/srv/shop/src/tree.ts:3:1)"


async def fire(world: World, *, error: str = TRACE) -> tuple[list[Run], dict[str, Any]]:
    at = world.clock.now()
    world.logs.add(at, *[error] * 4)
    alert = shop_alert(startsAt=iso(at))
    return await world.receive_and_work(alert), alert


async def look(world: World, *, cut_after: str = "") -> Run:
    """Wait until the incident has rested and is looked at."""
    for _ in range(16):
        world.clock.advance(MINUTE)
        if runs := await world.work(cut_after=cut_after):
            return runs[0]
    raise AssertionError("nobody looked")


async def cycle(world: World, *, error: str = TRACE) -> list[Run]:
    """Fire, resolve, and rest; give the runs of the firing."""
    runs, alert = await fire(world, error=error)
    world.clock.advance(FIRES)
    await world.work()
    ended = world.clock.now()
    await world.receive_and_work(resolved(ended, startsAt=alert["startsAt"]))
    await world.work_later(RESTS)
    return runs


async def flap(world: World, cycles: int) -> list[Run]:
    """Fire so many times; the last of them has resolved too."""
    world.clock.at = STARTS_AT
    runs: list[Run] = []
    for _ in range(cycles):
        runs += await cycle(world)
    return runs


async def let_pass(world: World, time: timedelta, *, step: timedelta = 5 * MINUTE) -> None:
    for _ in range(time // step):
        await world.work_later(step)


async def test_flapping_is_told_once_and_then_how_it_ended(world: World) -> None:
    await flap(world, 3)
    before = len(world.comments())
    await flap_on(world, 6)
    # The fourth time it fires is told as flapping, and the five others are not told.
    [flaps] = world.comments()[before:]
    assert flaps.startswith("**Flapping**: it flapped 3 times between 2026-11-24 11:00 and 11:")
    assert "until 60 min have passed without a change" in flaps
    assert len(world.fake_tracker.issues) == 1
    await let_pass(world, timedelta(hours=2))
    [ended] = world.comments()[before + 1 :]
    assert ended.startswith("**Resolved** at 2026-11-24 11:59:00 UTC")
    assert "It flapped 8 times between 2026-11-24 11:00 and 11:59 UTC." in ended
    assert world.failures == []


async def flap_on(world: World, cycles: int) -> list[Run]:
    runs: list[Run] = []
    for _ in range(cycles):
        runs += await cycle(world)
    return runs


def state_of_issue(world: World) -> IssueState:
    [issue] = world.fake_tracker.issues.values()
    return issue.tracked.state


async def test_issue_and_incident_stay_open_while_it_flaps(world: World) -> None:
    [first, *_] = await flap(world, 9)
    incident = await world.stores.incidents.incident(first.incident_id)
    assert incident.status is not IncidentStatus.CLOSED
    assert incident.alert_count == 9
    assert state_of_issue(world) is IssueState.OPEN
    await let_pass(world, timedelta(hours=27), step=timedelta(minutes=30))
    incident = await world.stores.incidents.incident(first.incident_id)
    assert (incident.status, state_of_issue(world)) == (IncidentStatus.CLOSED, IssueState.CLOSED)


async def test_nobody_gets_a_message_a_cycle(world: World) -> None:
    await flap(world, 4)
    told = len(world.notifier.told)
    await flap_on(world, 5)
    assert len(world.notifier.told) == told
    # The message about the flapping does not say that it is over.
    last = list(world.notifier.told.values())[-1]
    assert last.resolved_at is None


async def test_first_decision_is_told_though_it_flapped_before_anybody_looked(world: World) -> None:
    """The service was away meanwhile; all of it comes in at once."""
    world.clock.at = STARTS_AT
    alerts = []
    for _ in range(5):
        started = world.clock.now()
        world.logs.add(started, *[TRACE] * 4)
        world.clock.advance(FIRES)
        alerts += [shop_alert(startsAt=iso(started)), resolved(world.clock.now(), startsAt=iso(started))]
        world.clock.advance(RESTS)
    started = world.clock.now()
    [run] = await world.receive_and_work(*alerts, shop_alert(startsAt=iso(started)))
    assert (await world.findings(run)).verdict.validation.conclusion is Conclusion.REAL
    assert len(world.fake_tracker.issues) == 1


async def test_failing_health_check_breaks_the_hold(world: World) -> None:
    await flap(world, 6)
    before = len(world.comments())
    world.health.state, world.health.detail = ServiceState.DOWN, "answered 503"
    await fire(world)
    run = await look(world)
    assert (await world.findings(run)).verdict.validation.conclusion is Conclusion.REAL
    [worse] = world.comments()[before:]
    assert "It flapped 6 times between" in worse
    assert "does not answer as it should" in worse


async def test_health_check_that_failed_from_the_first_is_part_of_the_flapping(world: World) -> None:
    world.health.state, world.health.detail = ServiceState.DOWN, "answered 503"
    await flap(world, 5)
    before = len(world.comments())
    await fire(world)
    run = await look(world)
    validation = (await world.findings(run)).verdict.validation
    assert (validation.conclusion, validation.excuse) == (Conclusion.SUPPRESSED, ExcuseKind.FLAPPING)
    assert world.comments()[before:] == []


async def test_new_first_error_breaks_the_hold_once(world: World) -> None:
    await flap(world, 5)
    before = len(world.comments())
    await cycle(world, error=OTHER)
    [worse] = world.comments()[before:]
    assert "RangeError" in worse
    # Now people know of it, and it flaps as before.
    await cycle(world, error=OTHER)
    assert len(world.comments()) == before + 1


async def test_what_fires_on_after_it_flapped_is_told_again(world: World) -> None:
    await flap(world, 5)
    before = len(world.comments())
    await fire(world)
    for _ in range(13):
        world.logs.add(world.clock.now(), TRACE)
        await world.work_later(5 * MINUTE)
    [again] = world.comments()[before:]
    assert "It flapped 5 times between" in again
    assert state_of_issue(world) is IssueState.OPEN


async def test_slow_coming_and_going_is_no_flapping(world: World) -> None:
    world.clock.at = STARTS_AT
    for _ in range(5):
        await cycle(world)
        await world.work_later(30 * MINUTE)
    assert not any(comment.startswith("**Flapping**") for comment in world.comments())


async def test_alert_that_fires_again_under_its_old_start_flaps_too(world: World) -> None:
    world.clock.at = STARTS_AT
    for _ in range(5):
        world.logs.add(world.clock.now(), *[TRACE] * 4)
        await world.receive_and_work(shop_alert())
        world.clock.advance(FIRES)
        await world.receive_and_work(resolved(world.clock.now()))
        await world.work_later(RESTS)
    assert sum(comment.startswith("**Flapping**") for comment in world.comments()) == 1


async def test_crash_in_the_middle_says_it_once_all_the_same(world: World) -> None:
    await flap(world, 3)
    at = world.clock.now()
    world.logs.add(at, *[TRACE] * 4)
    await world.receive(shop_alert(startsAt=iso(at)))
    run = await look(world, cut_after="plan_report")
    await world.travel(run)
    assert sum(comment.startswith("**Flapping**") for comment in world.comments()) == 1
