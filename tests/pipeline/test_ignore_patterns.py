"""What was called a false positive stays quiet, until it is not the same any more."""

from datetime import timedelta
from typing import Any

import pytest

from issue_intelligence.core.decide.inputs import ValidationThresholds
from issue_intelligence.core.model.evidence import ServiceState
from issue_intelligence.core.model.ignore_pattern import IgnorePattern
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.knowledge.ignore_patterns import (
    FalsePositive,
    IgnorePatterns,
    NotIgnorable,
    NotIgnorableError,
)
from issue_intelligence.ports.errors import TransientError
from issue_intelligence.ports.incident_store import Findings, Run
from tests.pipeline.world import AUTO_CLOSE_AFTER, LABELS, STARTS_AT, TRACE, World, iso, resolved, shop_alert

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OTHER = "ERROR RangeError: price out of range\n    at price (/srv/shop/src/price.ts:3:1)"


def patterns(world: World) -> IgnorePatterns:
    return IgnorePatterns(
        store=world.stores.ignore_patterns,
        incidents=world.stores.incidents,
        thresholds=ValidationThresholds(),
        clock=world.clock,
    )


async def ignore(world: World, incident_id: str, **more: Any) -> IgnorePattern:
    said = FalsePositive(by="ana", incident_id=incident_id, **more)
    return (await patterns(world).from_false_positive(said))[0]


async def over(world: World, incident_id: str) -> None:
    """The incident resolves, and is closed."""
    now = world.clock.now()
    alerts = [alert for alert, _ in await world.stores.incidents.alerts_of(incident_id, 9)]
    ends = [
        resolved(now, each.fingerprint, startsAt=iso(each.starts_at), labels=dict(each.labels))
        for each in alerts
    ]
    await world.receive_and_work(*ends)
    await world.work_later(AUTO_CLOSE_AFTER + MINUTE)


async def fires(world: World, *texts: str, **changes: Any) -> Run:
    """Something like it fires anew."""
    now = world.clock.now()
    world.logs.add(now, *texts)
    [run] = [
        run
        for run in await world.receive_and_work(shop_alert(**{"startsAt": iso(now)} | changes))
        if run.revision == 1
    ]
    return run


async def ignored_once(world: World, **more: Any) -> IgnorePattern:
    """An incident with four errors was told, called a false positive, and is over."""
    run = await fires(world, *[TRACE] * 4)
    assert len(world.fake_tracker.issues) == 1
    made = await ignore(world, run.incident_id, **more)
    await world.work_later(MINUTE)
    await over(world, run.incident_id)
    return made


async def verdict_of(world: World, run: Run) -> Findings:
    return await world.findings(run)


async def uses(world: World, made: IgnorePattern) -> int:
    found = await patterns(world).one(made.id)
    assert found is not None
    return found[1].incidents


async def test_like_of_it_is_kept_quiet_and_counted_once_an_incident(world: World) -> None:
    made = await ignored_once(world)
    before = await uses(world, made)
    run = await fires(world, *[TRACE] * 4)
    validation = (await verdict_of(world, run)).verdict.validation
    assert validation.conclusion is Conclusion.SUPPRESSED
    assert validation.reason.startswith(
        "An excuse holds until 2026-12-24 11:01 UTC: called a false positive by ana"
    )
    assert "Cannot read properties of undefined" in validation.reason
    # Looked at again and again while it fires.
    looks = [await world.work_later(16 * MINUTE) for _ in range(3)]
    assert all(looks)
    assert await uses(world, made) == before + 1
    found = await patterns(world).one(made.id)
    assert found is not None
    assert found[1].last_at == world.clock.now()
    assert len(world.fake_tracker.issues) == 1


async def test_open_incident_that_is_ignored_keeps_its_issue_and_is_quiet(world: World) -> None:
    run = await fires(world, *[TRACE] * 4)
    await ignore(world, run.incident_id)
    told = len(world.notifier.told)
    [next_run] = await world.work_later(MINUTE)
    assert (await verdict_of(world, next_run)).verdict.validation.conclusion is Conclusion.SUPPRESSED
    assert (len(world.notifier.told), len(world.fake_tracker.issues), world.comments()) == (told, 1, [])


async def test_pattern_expires(world: World) -> None:
    await ignored_once(world, duration=2 * DAY)
    run = await fires(world, *[TRACE] * 4)
    assert (await verdict_of(world, run)).verdict.validation.conclusion is Conclusion.SUPPRESSED
    await over(world, run.incident_id)
    run = await fires(world, *[TRACE] * 4)
    validation = (await verdict_of(world, run)).verdict.validation
    assert validation.conclusion is Conclusion.REAL
    assert "false positive" not in validation.reason


async def test_what_fires_while_the_pattern_expires_is_told_then(world: World) -> None:
    await ignored_once(world, duration=2 * DAY)
    run = await fires(world, *[TRACE] * 4)
    made = (await patterns(world).all())[0][0]
    # New errors keep coming while it fires.
    later: list[Run] = []
    while world.clock.now() < made.expires_at:
        world.clock.at = min(made.expires_at, world.clock.now() + 360 * MINUTE)
        world.logs.add(world.clock.now(), *[TRACE] * 2)
        later = await world.work()
    [last] = later
    assert last.incident_id == run.incident_id
    assert (await verdict_of(world, last)).verdict.validation.conclusion is Conclusion.REAL


async def test_more_than_five_times_the_errors_outlive_it(world: World) -> None:
    await ignored_once(world)
    run = await fires(world, *[TRACE] * 20)
    assert (await verdict_of(world, run)).verdict.validation.conclusion is Conclusion.SUPPRESSED
    world.logs.add(world.clock.now(), TRACE)
    [run] = await world.work_later(16 * MINUTE)
    validation = (await verdict_of(world, run)).verdict.validation
    assert validation.conclusion is Conclusion.REAL
    assert (
        "that does not hold: 21 errors within five minutes, and there were 4 when it was ignored."
        in validation.reason
    )


async def test_service_that_goes_down_outlives_it(world: World) -> None:
    await ignored_once(world)
    run = await fires(world, *[TRACE] * 4)
    assert (await verdict_of(world, run)).verdict.validation.conclusion is Conclusion.SUPPRESSED
    world.health.state, world.health.detail = ServiceState.DOWN, "the connection was refused"
    [run] = await world.work_later(16 * MINUTE)
    validation = (await verdict_of(world, run)).verdict.validation
    assert validation.conclusion is Conclusion.REAL
    assert "that does not hold: a health check failed" in validation.reason


async def test_new_error_before_it_outlives_it(world: World) -> None:
    await ignored_once(world)
    run = await fires(world, *[TRACE] * 2, *[OTHER] * 9)
    validation = (await verdict_of(world, run)).verdict.validation
    assert validation.conclusion is Conclusion.REAL
    assert "that does not hold: another error comes first now" in validation.reason


async def test_other_cause_is_not_ignored_and_nothing_is_said_of_it(world: World) -> None:
    await ignored_once(world)
    run = await fires(world, *[OTHER] * 4)
    validation = (await verdict_of(world, run)).verdict.validation
    assert validation.conclusion is Conclusion.REAL
    assert "false positive" not in validation.reason


@pytest.mark.parametrize(("only_this_alert", "quiet"), [(False, True), (True, False)])
async def test_other_alert_of_the_same_cause(only_this_alert: bool, quiet: bool, world: World) -> None:
    await ignored_once(world, only_this_alert=only_this_alert)
    run = await fires(world, *[TRACE] * 4, labels=LABELS | {"alertname": "SlowCheckout"}, fingerprint="f9")
    found = (await verdict_of(world, run)).verdict.validation.conclusion
    assert (found is Conclusion.SUPPRESSED) is quiet


async def test_without_any_error_the_alert_itself_is_ignored_until_there_is_one(world: World) -> None:
    run = await fires(world)
    made = await ignore(world, run.incident_id)
    assert (made.alert_name, made.error) == ("CheckoutErrors", "")
    await over(world, run.incident_id)
    run = await fires(world)
    assert (await verdict_of(world, run)).verdict.validation.conclusion is Conclusion.SUPPRESSED
    await over(world, run.incident_id)
    run = await fires(world, *[TRACE] * 4)
    validation = (await verdict_of(world, run)).verdict.validation
    assert validation.conclusion is Conclusion.REAL
    assert "another error comes first now" in validation.reason


async def test_revoking_it_has_what_it_kept_quiet_looked_at_now(world: World) -> None:
    made = await ignored_once(world)
    await fires(world, *[TRACE] * 4)
    assert await patterns(world).revoke(made.id, by="bob")
    [run] = await world.work_later(MINUTE)
    assert (await verdict_of(world, run)).verdict.validation.conclusion is Conclusion.REAL


async def test_logs_that_cannot_be_read_do_not_hide_behind_it(world: World) -> None:
    await ignored_once(world)
    world.logs.trouble.error = TransientError("Loki is away")
    run = await fires(world)
    validation = (await verdict_of(world, run)).verdict.validation
    assert validation.conclusion is not Conclusion.SUPPRESSED
    assert "nobody knows whether this is one: its logs could not be read." in validation.reason
    with pytest.raises(NotIgnorableError, match="could not be read"):
        await ignore(world, run.incident_id)


async def test_saying_it_again_gives_the_pattern_that_holds(world: World) -> None:
    run = await fires(world, *[TRACE] * 4)
    made = await ignore(world, run.incident_id)
    said = FalsePositive(by="bob", incident_id=run.incident_id)
    assert await patterns(world).from_false_positive(said) == (made, False)


async def test_what_cannot_be_ignored_is_said(world: World) -> None:
    unknown = "0" * 32
    run = await fires(world, labels=LABELS | {"alertname": "DatasourceNoData"})
    for said, reason in (
        (FalsePositive(by="ana", alert_id=unknown), NotIgnorable.NO_SUCH_ALERT),
        (FalsePositive(by="ana", incident_id=unknown), NotIgnorable.NO_SUCH_INCIDENT),
        (FalsePositive(by="ana", incident_id=run.incident_id), NotIgnorable.MONITORING),
    ):
        with pytest.raises(NotIgnorableError) as refused:
            await patterns(world).from_false_positive(said)
        assert refused.value.reason is reason
    with pytest.raises(ValueError, match="at most 90 days"):
        await ignore(world, run.incident_id, duration=91 * DAY)


async def test_alert_that_nobody_looked_at_yet_cannot_be_ignored(world: World) -> None:
    await world.receive(shop_alert(startsAt=iso(STARTS_AT)))
    [run] = await world.work(cut_after="decide")
    with pytest.raises(NotIgnorableError) as refused:
        await ignore(world, run.incident_id)
    assert refused.value.reason is NotIgnorable.NOT_DECIDED
