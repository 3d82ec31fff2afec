"""A known issue that a restart repairs: tried once, proven, watched, and told when it was no help."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from issue_intelligence.adapters.database.report_tables import audit, known_issues
from issue_intelligence.core.model.evidence import ServiceState
from issue_intelligence.core.model.remediation import ActionReport, Outcome, RemediationResult
from issue_intelligence.core.remediate.guardrails import Mode
from issue_intelligence.core.remediate.watch import WATCH
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.ports.incident_store import Run
from tests.pipeline.apart import work_apart
from tests.pipeline.remediation_parts import COOL_DOWN, PATIENCE, limits
from tests.pipeline.world import LABELS, STARTS_AT, World, iso, resolved, shop_alert

POOL = "ERROR QueuePool limit of size 5 overflow 10 reached, connection timed out"
SERVED = "INFO POST /api/orders 200 12ms"
POOL_ENTRY = "database-connection-pool-exhausted"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def exhaust_pool(world: World) -> None:
    """The shop fails since its alert, twenty times, and its platform can restart it."""
    world.platform.configured = True
    world.health.state, world.health.detail = ServiceState.DOWN, "answered 503"
    for second in range(20):
        world.logs.add(world.clock.now() - second * SECOND, POOL)


def repair(world: World) -> None:
    """From now on the shop serves."""
    world.health.state, world.health.detail = ServiceState.UP, "answered 200"
    for second in range(1, 600):
        world.logs.add(world.clock.now() + second * SECOND, SERVED)


async def result_of(world: World, run: Run) -> RemediationResult:
    found = await world.stores.incidents.remediation(run)
    assert found is not None, world.failures
    return found


async def restarted(world: World, effect: Callable[[], None] | None = None) -> tuple[Run, RemediationResult]:
    """Send the shop's alert while its pool is exhausted, and let a restart have this effect."""
    exhaust_pool(world)
    world.platform.effect = effect
    [run] = await world.receive_and_work(shop_alert())
    assert world.failures == []
    return run, await result_of(world, run)


async def pool_counts(world: World) -> tuple[int, int]:
    query = select(known_issues).where(known_issues.c.id == POOL_ENTRY)
    async with world.stores.databases.reading().connect() as connection:
        row = (await connection.execute(query)).one()
    return row.auto_fix_success_count, row.auto_fix_fail_count


async def audited(world: World) -> list[Any]:
    query = select(audit).where(audit.c.action.startswith("remediation_")).order_by(audit.c.id)
    async with world.stores.databases.reading().connect() as connection:
        return list((await connection.execute(query)).all())


def body(world: World) -> str:
    return world.fake_tracker.issues[1].text.body


async def test_restart_that_helps_needs_no_issue(world: World) -> None:
    _, result = await restarted(world, lambda: repair(world))
    assert world.platform.restarted == ["shop"]
    assert (result.success, result.outcome) == (True, Outcome.HELPED)
    assert "health is good again (answered 200)" in result.reason
    assert world.fake_tracker.issues == {}
    [notice] = world.notifier.told.values()
    assert notice.result == "no issue: our own remediation helped."
    assert await pool_counts(world) == (1, 0)
    assert "remediated helped" in world.meter.counted


async def test_audit_says_who_did_what_when_why_and_what_came_of_it(world: World) -> None:
    run, _ = await restarted(world, lambda: repair(world))
    begun, ended = await audited(world)
    assert (begun.actor, begun.action, begun.subject) == (
        "system",
        "remediation_begun",
        f"incident/{run.incident_id}",
    )
    assert begun.details["action"] == "restart"
    assert "asks for it" in begun.details["why"]
    assert ended.details["outcome"] == "helped"
    assert ended.at - begun.at == PATIENCE.wait


async def test_alert_that_resolves_after_it_stays_without_an_issue(world: World) -> None:
    await restarted(world, lambda: repair(world))
    world.clock.advance(2 * MINUTE)
    [run] = await world.receive_and_work(resolved(world.clock.now()))
    assert (await result_of(world, run)).success
    assert world.fake_tracker.issues == {}
    assert len(world.notifier.told) == 1


async def test_alert_that_fires_on_after_the_watch_gets_an_issue_that_says_so(world: World) -> None:
    await restarted(world, lambda: repair(world))
    [run] = await world.work_later(WATCH + SECOND)
    result = await result_of(world, run)
    assert (result.success, result.outcome) == (False, Outcome.NO_CHANGE)
    assert "It did not last: the alert still fires 10 min later" in body(world)
    assert world.platform.restarted == ["shop"]
    assert (await audited(world))[-1].action == "remediation_did_not_last"


async def test_alert_that_comes_back_gets_an_issue_at_once(world: World) -> None:
    await restarted(world, lambda: repair(world))
    world.clock.advance(2 * MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    world.clock.advance(3 * MINUTE)
    again = shop_alert(startsAt=iso(world.clock.now()))
    await world.receive_and_work(again)
    assert "It did not last: it fires again since" in body(world)
    assert world.platform.restarted == ["shop"]


async def test_health_that_fails_again_ends_the_watch(world: World) -> None:
    await restarted(world, lambda: repair(world))
    world.health.state, world.health.detail = ServiceState.DOWN, "answered 503"
    world.clock.advance(2 * MINUTE)
    await world.receive_and_work(shop_alert("f2"))
    assert "It did not last: health fails again (shop: answered 503)" in body(world)


async def test_command_that_lies_is_found_out(world: World) -> None:
    """Exit code 0, and nothing is different."""
    _, result = await restarted(world)
    assert result.outcome is Outcome.NO_CHANGE
    text = body(world)
    assert "### Auto-Remediation Attempted" in text
    assert "- **Action Taken**: `restart` at 2026-11-24 11:01:00 UTC" in text
    assert "No change. It did not help: health still fails (shop: answered 503)" in text
    assert "- **Before**: 2026-11-24 11:01:00 UTC: health failing (shop: answered 503), 20 errors" in text
    assert "exit code 0 after 1.5 s" in text
    assert await pool_counts(world) == (0, 1)


async def test_proof_has_patience_with_a_slow_start(world: World) -> None:
    """The second look sees it up."""
    exhaust_pool(world)
    came_up_at = world.clock.now() + PATIENCE.wait + SECOND
    check = world.health.check

    async def up_later(service: Any) -> Any:
        if world.clock.now() >= came_up_at:
            world.health.state = ServiceState.UP
        return await check(service)

    world.health.check = up_later  # type: ignore[method-assign]
    [run] = await world.receive_and_work(shop_alert())
    result = await result_of(world, run)
    assert result.success, result.reason
    assert result.finished_at == STARTS_AT + MINUTE + 2 * PATIENCE.wait


@pytest.mark.parametrize("error", [PermanentError("there is no program"), TransientError("fork failed")])
async def test_command_that_cannot_be_run_is_not_tried_again(
    world: World, error: PermanentError | TransientError
) -> None:
    exhaust_pool(world)
    world.platform.error = error
    [run] = await world.receive_and_work(shop_alert())
    assert (await result_of(world, run)).outcome is Outcome.FAILED
    assert world.platform.restarted == ["shop"]
    assert f"The command could not be run ({error})" in body(world)


async def test_command_that_fails_while_the_shop_recovers_is_told_as_that(world: World) -> None:
    world.platform.report = ActionReport(exit_code=1, output=("no such unit",), seconds=0.1)
    _, result = await restarted(world, lambda: repair(world))
    assert result.outcome is Outcome.UNKNOWN
    assert "failed with exit code 1, and the service has recovered all the same" in body(world)
    assert "no such unit" in body(world)
    assert await pool_counts(world) == (0, 0)


async def test_what_the_command_says_is_redacted(world: World) -> None:
    world.platform.report = ActionReport(exit_code=0, output=("password=hunter2secret",), seconds=0.1)
    run, result = await restarted(world)
    assert "hunter2secret" not in body(world)
    assert "hunter2secret" not in repr(result)
    attempt = await world.stores.remediations.attempt_of(run.incident_id)
    assert attempt is not None
    assert "hunter2secret" not in repr(attempt)


async def test_incident_gets_one_attempt_over_all_its_looks(world: World) -> None:
    await restarted(world)
    for fingerprint in ("f2", "f3"):
        world.clock.advance(COOL_DOWN * 2)
        world.logs.add(world.clock.now(), *[POOL] * 5)
        await world.receive_and_work(shop_alert(fingerprint))
    assert world.platform.restarted == ["shop"]
    assert len(world.fake_tracker.issues) == 1


async def test_other_incident_of_the_service_waits_out_the_cool_down(world: World) -> None:
    await restarted(world)
    world.logs.add(world.clock.now(), *[POOL] * 5)
    later = iso(world.clock.now() + SECOND)
    other = shop_alert("f9", labels=LABELS | {"alertname": "SlowCheckout"}, startsAt=later)
    [run] = await work_apart(world, other)
    result = await result_of(world, run)
    assert result.outcome is Outcome.REFUSED
    assert "1800 s must lie between two" in result.reason
    assert world.platform.restarted == ["shop"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"mode": Mode.REPORT}, "a person has to approve it first"),
        ({"kill_switch": True}, "the kill switch is on"),
        ({"strategy_enabled": False}, "this strategy is turned off"),
    ],
)
async def test_refusal_stands_in_the_issue(world: World, changes: dict[str, Any], why: str) -> None:
    world.limits = limits(**changes)
    _, result = await restarted(world, lambda: repair(world))
    assert result.outcome is Outcome.REFUSED
    assert world.platform.restarted == []
    assert why in body(world)
    assert "remediated refused" in world.meter.counted
    assert await audited(world) == []


async def test_observe_touches_nothing_and_says_what_it_would_do(world: World) -> None:
    world.limits = limits(mode=Mode.OBSERVE)
    world.mode = Mode.OBSERVE
    _, result = await restarted(world, lambda: repair(world))
    assert "it would have been run for shop" in result.reason
    assert world.platform.restarted == []
    assert world.fake_tracker.issues == {}


async def test_truncated_group_is_never_acted_on(world: World) -> None:
    exhaust_pool(world)
    await world.receive(shop_alert(), truncated=3)
    [run] = await world.work()
    assert "left alerts out" in (await result_of(world, run)).reason
    assert world.platform.restarted == []


async def test_shop_that_is_well_again_is_not_restarted(world: World) -> None:
    exhaust_pool(world)
    world.clock.advance(6 * MINUTE)
    world.health.state = ServiceState.UP
    world.logs.add(world.clock.now(), SERVED)
    [run] = await world.receive_and_work(shop_alert())
    assert "shop is well by now" in (await result_of(world, run)).reason
    assert world.platform.restarted == []


async def test_breaker_opens_after_two_failures_and_a_person_can_clear_them(
    world: World, clear_attempts: Callable[[], Awaitable[None]]
) -> None:
    world.limits = limits(cool_down=timedelta(0))
    exhaust_pool(world)
    reasons = []
    for number in range(4):
        if number == 3:
            await clear_attempts()
        world.clock.advance(5 * MINUTE)
        world.logs.add(world.clock.now(), *[POOL] * 5)
        labels = LABELS | {"alertname": f"Rule{number}"}
        alert = shop_alert(f"r{number}", labels=labels, startsAt=iso(world.clock.now()))
        # Earlier incidents are looked at again meanwhile.
        [run] = [run for run in await work_apart(world, alert) if run.revision == 1]
        reasons.append((await result_of(world, run)).outcome)
    assert reasons == [Outcome.NO_CHANGE, Outcome.NO_CHANGE, Outcome.REFUSED, Outcome.NO_CHANGE]
    assert len(world.platform.restarted) == 3


async def test_alert_page_shows_the_attempt(world: World) -> None:
    run, _ = await restarted(world, lambda: repair(world))
    [(alert, _)] = await world.stores.incidents.alerts_of(run.incident_id, 1)
    shown = await world.stores.history.one(alert.id)
    assert shown is not None
    assert shown["actions"]["remediation_success"] is True
    assert shown["remediation"]["outcome"] == "helped"
    assert shown["remediation"]["before"]["errors"] == 20
    assert shown["remediation"]["after"]["errors"] == 0
