"""An issue from its creation to its end, as alerts come and go and people close it."""

from datetime import timedelta
from pathlib import Path

from issue_intelligence.core.model.issue import CloseReason, IssueState
from issue_intelligence.core.model.silence import Matcher, MatcherOperator, Silence
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.core.remediate.plan import Mode
from tests.pipeline.world import AUTO_CLOSE_AFTER, STARTS_AT, TRACE, World, a_world, iso, resolved, shop_alert

MINUTE = timedelta(minutes=1)
OTHER_TRACE = (
    TRACE.replace("TypeError", "RangeError").replace("cart.ts:10", "stock.ts:77").replace("total", "reserve")
)


async def filed(world: World) -> None:
    """The shop's alert has become issue 1."""
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    assert len(world.fake_tracker.issues) == 1
    assert world.comments() == []


async def resolve(world: World) -> None:
    world.clock.advance(MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))


async def fire_again(world: World, fingerprint: str = "f2") -> None:
    """A new episode of the same rule, with the same error in the log."""
    now = world.clock.now()
    world.logs.add(now, *[TRACE] * 4)
    await world.receive_and_work(shop_alert(fingerprint, startsAt=iso(now)))


async def test_resend_says_nothing_and_is_no_reason_to_look(world: World) -> None:
    await filed(world)
    told = len(world.notifier.told)
    assert await world.receive_and_work(shop_alert(), shop_alert()) == []
    assert world.comments() == []
    assert len(world.notifier.told) == told


async def test_second_instance_comments_on_the_same_issue(world: World) -> None:
    await filed(world)
    world.clock.advance(MINUTE)
    await fire_again(world)
    assert len(world.fake_tracker.issues) == 1
    [comment] = world.comments()
    assert "2 alerts" in comment


async def test_new_error_in_the_same_incident_is_news(world: World) -> None:
    await filed(world)
    world.clock.advance(MINUTE)
    world.logs.add(world.clock.now(), *[OTHER_TRACE] * 9)
    await world.receive_and_work(shop_alert("f2", startsAt=iso(world.clock.now())))
    [comment] = world.comments()
    assert "RangeError" in comment


async def test_resolve_is_told_once(world: World) -> None:
    await filed(world)
    await resolve(world)
    [comment] = world.comments()
    assert comment.startswith("**Resolved**")
    await world.receive_and_work(resolved(world.clock.now()))
    await world.work_later(timedelta(hours=1))
    assert len(world.comments()) == 1
    assert world.fake_tracker.issues[1].tracked.state is IssueState.OPEN


async def test_resolved_issue_closes_after_a_day_of_quiet_and_is_then_over(world: World) -> None:
    await filed(world)
    await resolve(world)
    assert await world.work_later(AUTO_CLOSE_AFTER - MINUTE) == []
    assert len(await world.work_later(MINUTE)) == 1
    issue = world.fake_tracker.issues[1].tracked
    assert (issue.state, issue.close_reason) == (IssueState.CLOSED, CloseReason.COMPLETED)
    assert len(world.comments()) == 2
    # Nobody looks any more.
    assert await world.work_later(timedelta(days=30)) == []


async def test_closed_issue_is_reopened_when_it_happens_again(world: World) -> None:
    await filed(world)
    await resolve(world)
    await world.work_later(AUTO_CLOSE_AFTER)
    world.clock.advance(timedelta(days=2))
    await fire_again(world)
    assert len(world.fake_tracker.issues) == 1
    assert world.fake_tracker.issues[1].tracked.state is IssueState.OPEN
    assert len(world.comments()) == 3


async def test_issue_closed_as_not_planned_stays_closed_and_gets_no_comment(world: World) -> None:
    await filed(world)
    await world.fake_tracker.close(1, CloseReason.NOT_PLANNED)
    world.clock.advance(timedelta(days=2))
    await fire_again(world)
    assert world.fake_tracker.issues[1].tracked.close_reason is CloseReason.NOT_PLANNED
    assert world.comments() == []
    assert len(world.fake_tracker.issues) == 1


async def test_deleted_issue_is_written_anew(world: World) -> None:
    await filed(world)
    first = world.fake_tracker.issues.pop(1)
    world.clock.advance(timedelta(days=2))
    # The fake numbers by count; a real tracker never gives a number twice.
    world.fake_tracker.issues[0] = first
    await fire_again(world)
    assert sorted(world.fake_tracker.issues) == [0, 2]
    assert world.fake_tracker.issues[2].text.title == first.text.title
    assert world.fake_tracker.issues[2].marker != first.marker


async def test_two_rules_with_one_cause_share_one_issue(world: World) -> None:
    await filed(world)
    labels = {"alertname": "SlowCheckout", "service": "shop", "severity": "critical"}
    await world.receive_and_work(shop_alert("slow", labels=labels))
    assert len(world.fake_tracker.issues) == 1
    assert len(world.comments()) == 1
    # One of them resolves and stays away: the other still fires, so the issue stays open.
    await resolve(world)
    await world.work_later(AUTO_CLOSE_AFTER)
    assert world.fake_tracker.issues[1].tracked.state is IssueState.OPEN


async def test_silenced_alert_is_kept_and_nobody_is_told_until_the_silence_ends(world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.stores.silences.add(
        Silence(
            id="s1",
            matchers=(Matcher(name="service", operator=MatcherOperator.EQUAL, value="shop"),),
            starts_at=STARTS_AT,
            ends_at=STARTS_AT + timedelta(minutes=10),
            created_by="Ada",
            comment="moving house",
        ),
        STARTS_AT,
    )
    [run] = await world.receive_and_work(shop_alert())
    findings = await world.findings(run)
    assert findings.verdict.validation.conclusion is Conclusion.SUPPRESSED
    assert "moving house" in findings.verdict.validation.reason
    assert world.fake_tracker.issues == {}
    assert await world.work_later(8 * MINUTE) == []

    [again] = await world.work_later(2 * MINUTE)
    assert (await world.findings(again)).verdict.validation.conclusion is Conclusion.REAL
    assert len(world.fake_tracker.issues) == 1


async def test_observing_decides_and_touches_nothing_outside(tmp_path: Path) -> None:
    async with a_world(tmp_path, mode=Mode.OBSERVE) as world:
        world.logs.add(STARTS_AT, *[TRACE] * 4)
        [run] = await world.receive_and_work(shop_alert())
        assert (await world.findings(run)).verdict.validation.conclusion is Conclusion.REAL
        await resolve(world)
        await world.work_later(AUTO_CLOSE_AFTER)
        assert world.fake_tracker.issues == {}
        [notice, *_] = world.notifier.told.values()
        assert "observe" in notice.result


async def test_no_data_is_a_problem_of_the_monitoring(world: World) -> None:
    labels = {"alertname": "DatasourceNoData", "rulename": "CheckoutErrors", "service": "shop"}
    [run] = await world.receive_and_work(shop_alert(labels=labels))
    verdict = (await world.findings(run)).verdict
    assert verdict.validation.conclusion is Conclusion.MONITORING
    assert verdict.categorization.type.value == "monitoring"
    issue = world.fake_tracker.issues[1].text
    assert "[Monitoring]" in issue.title
    assert "a problem of the monitoring, not of the service" in issue.body


async def test_no_data_of_a_rule_is_another_matter_than_its_alert(world: World) -> None:
    await filed(world)
    labels = {"alertname": "DatasourceNoData", "rulename": "CheckoutErrors", "service": "shop"}
    await world.receive_and_work(shop_alert("nodata", labels=labels))
    assert len(world.fake_tracker.issues) == 2


async def test_harmless_known_issue_is_told_and_not_filed(world: World) -> None:
    world.logs.add(STARTS_AT, *["ERROR JsonWebTokenError: jwt expired"] * 4)
    [run] = await world.receive_and_work(shop_alert())
    validation = (await world.findings(run)).verdict.validation
    assert validation.conclusion is Conclusion.NOT_REAL
    assert validation.known_issue is not None
    assert world.fake_tracker.issues == {}
    [notice] = world.notifier.told.values()
    assert notice.conclusion is Conclusion.NOT_REAL


async def test_unconfirmed_alert_is_looked_at_again_while_it_fires(world: World) -> None:
    labels = {"alertname": "Odd", "service": "shop", "severity": "info"}
    [run] = await world.receive_and_work(shop_alert(labels=labels))
    assert (await world.findings(run)).verdict.validation.conclusion is Conclusion.UNCONFIRMED
    assert world.fake_tracker.issues == {}
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    assert len(await world.work_later(5 * MINUTE)) == 1
    assert len(world.fake_tracker.issues) == 1
