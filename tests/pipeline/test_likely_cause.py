"""The issue speaks of the likely cause, and is found again by it, whatever else the log is full of."""

from datetime import timedelta

from issue_intelligence.core.model.evidence import Investigation
from tests.pipeline.test_issue_life import OTHER_TRACE
from tests.pipeline.world import LABELS, STARTS_AT, TRACE, World, iso, resolved, shop_alert

MINUTE = timedelta(minutes=1)
CAUSE = "ERROR permission denied for table orders"
EXPIRED = "ERROR Error: jwt expired\n    at verify (/srv/shop/src/auth.ts:3:9)"


def usual(world: World, text: str = EXPIRED, *, lasting: timedelta = timedelta(minutes=16)) -> None:
    """It comes every ten seconds: now, in the hour before and on the day before."""
    for before in (timedelta(0), timedelta(hours=1), timedelta(days=1)):
        begins = STARTS_AT - timedelta(minutes=15) - before
        for step in range(int(lasting.total_seconds()) // 10):
            world.logs.add(begins + step * timedelta(seconds=10), text)


def rule(name: str, fingerprint: str, **changes: str) -> dict[str, object]:
    return shop_alert(fingerprint, labels=LABELS | {"alertname": name}, **changes)


def first_error(found: Investigation) -> str:
    assert found.logs is not None
    assert found.logs.data is not None
    return found.logs.data.errors[0].message


async def test_a_quiet_new_error_is_the_issue_and_the_loud_usual_one_is_not(world: World) -> None:
    usual(world)
    world.logs.add(STARTS_AT - MINUTE, *[CAUSE] * 3)
    [run] = await world.receive_and_work(shop_alert())
    [issue] = world.fake_tracker.issues.values()
    assert "permission denied for table orders" in issue.text.title
    assert "new: never in the hour before nor in the day before" in issue.text.body
    assert "usual: 96 in the hour before and 96 in the day before" in issue.text.body
    # Kept, for all who read the evidence later.
    assert first_error(await world.investigation(run)) == "permission denied for table orders"


async def test_two_rules_for_one_bug_meet_in_one_issue_though_noise_is_beside_it(world: World) -> None:
    usual(world, lasting=timedelta(minutes=30))
    world.logs.add(STARTS_AT - MINUTE, *[CAUSE] * 3)
    await world.receive_and_work(rule("CheckoutErrors", "f1"))
    world.clock.advance(5 * MINUTE)
    later = world.clock.now()
    world.logs.add(later - MINUTE, *[CAUSE] * 5)
    await world.receive_and_work(rule("SlowOrders", "f2", startsAt=iso(later)))
    assert len(world.fake_tracker.issues) == 1


async def test_one_rule_for_two_bugs_makes_two_issues(world: World) -> None:
    usual(world)
    world.logs.add(STARTS_AT - MINUTE, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    world.clock.advance(MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    # The next day the same rule sees another bug, beside the same noise.
    world.clock.advance(timedelta(days=1))
    again = world.clock.now()
    world.logs.add(again - MINUTE, *[OTHER_TRACE] * 4, *[EXPIRED] * 30)
    world.logs.add(again - MINUTE - timedelta(hours=1), *[EXPIRED] * 30)
    await world.receive_and_work(shop_alert("f9", startsAt=iso(again)))
    assert [issue.text.title for issue in world.fake_tracker.issues.values()] == [
        "[Bug] shop: TypeError: Cannot read properties of undefined (reading 'price')",
        "[Bug] shop: RangeError: Cannot read properties of undefined (reading 'price')",
    ]


async def test_an_incident_keeps_its_issue_when_another_error_becomes_the_first(world: World) -> None:
    world.logs.add(STARTS_AT - MINUTE, *[CAUSE] * 3)
    [first] = await world.receive_and_work(shop_alert())
    world.clock.advance(MINUTE)
    world.logs.add(world.clock.now(), *[OTHER_TRACE] * 40)
    [second] = await world.receive_and_work(shop_alert("f2", startsAt=iso(world.clock.now())))
    assert first_error(await world.investigation(second)).startswith("RangeError")
    assert (await world.findings(second)).issue_key == (await world.findings(first)).issue_key
    assert len(world.fake_tracker.issues) == 1


async def test_without_an_earlier_log_the_cause_is_told_from_what_came_all_along(world: World) -> None:
    begins = STARTS_AT - timedelta(minutes=15)
    for step in range(96):
        world.logs.add(begins + step * timedelta(seconds=10), "ERROR jwt expired")
    world.logs.add(STARTS_AT - MINUTE, *[CAUSE] * 3)
    [run] = await world.receive_and_work(shop_alert())
    assert first_error(await world.investigation(run)) == "permission denied for table orders"
