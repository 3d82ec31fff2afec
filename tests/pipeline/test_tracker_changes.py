"""A team that changes its tracker keeps its incidents, and writes to no issue of somebody else's."""

from datetime import timedelta

from issue_intelligence.core.model.issue import IssueState, IssueText
from issue_intelligence.ports.incident_store import Run
from tests.fakes.tracker import FakeTracker
from tests.pipeline.world import AUTO_CLOSE_AFTER, STARTS_AT, TRACE, World, iso, resolved, shop_alert

MINUTE = timedelta(minutes=1)


async def change_tracker(world: World) -> FakeTracker:
    """From now on issues go elsewhere, where number 1 is taken by something of other people's."""
    old, other = world.fake_tracker, FakeTracker(clock=world.clock)
    other.place = "elsewhere"
    await other.create(IssueText(title="Buy a plant", body="For the office.", labels=()), marker="theirs")
    world.tracker = world.fake_tracker = other
    return old


async def fire_again(world: World) -> None:
    world.clock.advance(MINUTE)
    now = world.clock.now()
    world.logs.add(now, *[TRACE] * 4)
    await world.receive_and_work(shop_alert("f2", startsAt=iso(now)))


async def filed(world: World) -> Run:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert())
    assert len(world.fake_tracker.issues) == 1
    return run


def assert_theirs_is_untouched(world: World) -> None:
    theirs = world.fake_tracker.issues[1]
    assert (theirs.comments, theirs.tracked.state) == ({}, IssueState.OPEN)


async def test_incident_that_fires_on_gets_one_issue_of_its_own_in_the_new_tracker(world: World) -> None:
    run = await filed(world)
    old = await change_tracker(world)
    await fire_again(world)
    await fire_again(world)
    assert_theirs_is_untouched(world)
    assert len(world.fake_tracker.issues) == 2
    assert old.issues[1].comments == {}
    link = await world.stores.ledger.link((await world.findings(run)).issue_key)
    assert link is not None
    assert (link.place, link.number) == ("elsewhere", 2)


async def test_new_issue_speaks_of_no_number_of_the_old_tracker(world: World) -> None:
    await filed(world)
    await change_tracker(world)
    world.clock.advance(AUTO_CLOSE_AFTER * 2)
    now = world.clock.now()
    world.logs.add(now, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert("f2", startsAt=iso(now)))
    history = (await world.investigation(run)).history
    assert history is not None
    assert history.data is not None
    assert (history.data.open_github_issue, history.data.related_issues) == (None, ())


async def test_what_resolved_before_the_change_makes_no_issue_after_it(world: World) -> None:
    await filed(world)
    world.clock.advance(MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    await change_tracker(world)
    await world.work_later(AUTO_CLOSE_AFTER)
    assert_theirs_is_untouched(world)
    assert len(world.fake_tracker.issues) == 1


async def test_comment_planned_for_the_old_tracker_is_not_written_to_the_new_one(world: World) -> None:
    await filed(world)
    world.clock.advance(MINUTE)
    await world.receive(resolved(world.clock.now()))
    # The service ends between the plan and its deed, and starts with GITHUB_REPOSITORY set.
    [run] = await world.work(cut_after="plan_report")
    plan = await world.journey().report.plan(run)
    assert plan["number"] == 1
    await change_tracker(world)
    done = await world.journey().report.report_issue(run, plan)
    assert_theirs_is_untouched(world)
    assert done["waits_until"]
    assert world.failures == []


async def test_creation_noted_for_the_old_tracker_is_made_in_the_new_one_and_not_looked_up_by_number(
    world: World,
) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive(shop_alert())
    [run] = await world.work(cut_after="report_issue")
    await change_tracker(world)
    await world.travel(run)
    assert_theirs_is_untouched(world)
    await world.work_later(MINUTE * 2)
    await world.work_later(MINUTE * 2)
    assert_theirs_is_untouched(world)
    assert len(world.fake_tracker.issues) == 2
    assert world.failures == []


async def test_repository_under_a_new_name_keeps_its_issues(world: World) -> None:
    await filed(world)
    world.fake_tracker.place = "under a new name"
    await fire_again(world)
    assert len(world.fake_tracker.issues) == 1
    [comment] = world.comments()
    assert "2 alerts" in comment
