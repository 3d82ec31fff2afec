"""What is over before anybody could look is no issue, unless it left harm or comes again and again."""

from datetime import timedelta
from typing import Any

from issue_intelligence.core.model.verdict import Conclusion, ExcuseKind, RuleName
from issue_intelligence.ports.errors import TransientError
from issue_intelligence.ports.incident_store import Run
from tests.pipeline.world import STARTS_AT, TRACE, World, iso, resolved, shop_alert

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WARNING = {"alertname": "CheckoutErrors", "service": "shop", "severity": "warning"}
LINE = "ERROR connection reset by the stock"


async def short_failure(world: World, *, lasts: timedelta = 45 * SECOND, **changes: Any) -> list[Run]:
    """Fire, and resolve before the first look."""
    started = world.clock.now()
    world.logs.add(started, *[LINE] * 5)
    changes = {"labels": WARNING, "startsAt": iso(started)} | changes
    await world.receive(shop_alert(**changes))
    world.clock.advance(lasts)
    runs = await world.receive_and_work(resolved(world.clock.now(), **changes))
    world.clock.advance(MINUTE)
    return runs


async def test_short_failure_is_kept_and_is_no_issue(world: World) -> None:
    [run] = await short_failure(world)
    found = await world.findings(run)
    validation = found.verdict.validation
    assert (validation.conclusion, validation.excuse) == (Conclusion.NOT_REAL, ExcuseKind.SELF_RESOLVED)
    assert validation.reason == "It resolved by itself 45 s after its start, and left nothing behind."
    # What was seen of it stays to be read.
    assert found.investigation.logs is not None
    assert found.investigation.logs.data is not None
    assert found.investigation.logs.data.error_lines == 5
    assert world.fake_tracker.issues == {}
    for _ in range(30):
        await world.work_later(HOUR)
    assert world.fake_tracker.issues == {}
    assert world.failures == []


async def test_resolve_that_arrives_during_the_investigation_counts(world: World) -> None:
    world.logs.add(STARTS_AT, *[LINE] * 5)
    await world.receive(shop_alert(labels=WARNING))
    [run] = await world.work(cut_after="history")
    await world.receive(resolved(STARTS_AT + 50 * SECOND, labels=WARNING))
    while await world.intake().dispatch(200):
        pass
    await world.travel(run)
    assert (await world.findings(run)).verdict.validation.excuse is ExcuseKind.SELF_RESOLVED
    assert world.fake_tracker.issues == {}


async def test_what_was_told_before_it_resolved_stays_told(world: World) -> None:
    world.logs.add(STARTS_AT, *[LINE] * 5)
    await world.receive_and_work(shop_alert(labels=WARNING))
    assert len(world.fake_tracker.issues) == 1
    world.clock.advance(30 * SECOND)
    await world.receive_and_work(resolved(STARTS_AT + 90 * SECOND, labels=WARNING))
    [comment] = world.comments()
    assert comment.startswith("**Resolved**")


async def test_longer_failure_is_decided_as_ever(world: World) -> None:
    await short_failure(world, lasts=3 * MINUTE)
    assert len(world.fake_tracker.issues) == 1


async def test_stack_trace_is_lasting_harm(world: World) -> None:
    world.logs.add(world.clock.now(), TRACE)
    await short_failure(world)
    assert len(world.fake_tracker.issues) == 1


async def test_critical_alert_is_decided_as_ever(world: World) -> None:
    await short_failure(world, labels=WARNING | {"severity": "critical"})
    assert len(world.fake_tracker.issues) == 1


async def test_log_that_cannot_be_read_excuses_nothing(world: World) -> None:
    world.logs.trouble.error = TransientError("connection refused")
    [run] = await short_failure(world)
    assert (await world.findings(run)).verdict.validation.excuse is None


async def test_third_short_failure_of_a_day_is_told_once(world: World) -> None:
    conclusions = []
    for _ in range(5):
        [run] = await short_failure(world)
        conclusions.append((await world.findings(run)).verdict.validation.conclusion)
        # Sooner than another incident begins, and later than an incident rests.
        await world.work_later(20 * MINUTE)
    not_real = Conclusion.NOT_REAL
    assert conclusions == [not_real, not_real, Conclusion.POSSIBLE, not_real, not_real]
    [issue] = world.fake_tracker.issues.values()
    assert "A short failure that recurs: 3 times within 24 hours" in issue.text.body
    # The fourth and fifth are no news.
    assert world.comments() == []


async def test_short_failures_of_several_incidents_count_together(world: World) -> None:
    for _ in range(3):
        await short_failure(world)
        await world.work_later(3 * HOUR)
    [issue] = world.fake_tracker.issues.values()
    assert "A short failure that recurs" in issue.text.body


async def test_short_failures_on_different_days_are_not_told(world: World) -> None:
    for _ in range(4):
        [run] = await short_failure(world)
        reasons = (await world.findings(run)).verdict.reasons
        assert RuleName.RECURRING_SHORT_FAILURE not in {reason.rule for reason in reasons}
        for _ in range(13):
            await world.work_later(HOUR)
    assert world.fake_tracker.issues == {}


async def test_next_failure_that_lasts_is_told(world: World) -> None:
    await short_failure(world)
    world.clock.advance(20 * MINUTE)
    started = world.clock.now()
    world.logs.add(started, *[LINE] * 5)
    world.clock.advance(MINUTE)
    [run] = await world.receive_and_work(shop_alert(labels=WARNING, startsAt=iso(started)))
    assert (await world.findings(run)).verdict.validation.conclusion is Conclusion.REAL
    assert len(world.fake_tracker.issues) == 1
