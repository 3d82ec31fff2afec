"""A silence keeps quiet what matches, again and again, and what still fires when it ends is told."""

from datetime import timedelta
from typing import Any

from issue_intelligence.core.intake.matcher_text import parse_matcher
from issue_intelligence.core.model.alert import AlertStatus
from issue_intelligence.core.model.silence import Silence
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.knowledge.silences import Covered, SilenceRequest, Silences
from issue_intelligence.ports.alert_history import HistoryQuery
from issue_intelligence.ports.incident_store import Run
from tests.pipeline.world import STARTS_AT, TRACE, World, iso, resolved, shop_alert

MINUTE = timedelta(minutes=1)


def silences(world: World) -> Silences:
    return Silences(store=world.stores.silences, firing=world.stores.firing, clock=world.clock)


async def silence(world: World, *matchers: str, minutes: float = 60, **more: Any) -> tuple[Silence, Covered]:
    wanted = SilenceRequest(
        matchers=tuple(parse_matcher(text) for text in matchers or ("service=shop",)),
        by="ana",
        comment="database move",
        duration=minutes * MINUTE,
        **more,
    )
    return await silences(world).add(wanted)


async def concluded(world: World, run: Run) -> Conclusion:
    return (await world.findings(run)).verdict.validation.conclusion


async def test_silence_survives_resolve_and_refire(world: World) -> None:
    await silence(world)
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert())
    assert await concluded(world, run) is Conclusion.SUPPRESSED
    world.clock.advance(5 * MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    world.clock.advance(5 * MINUTE)
    again = shop_alert(startsAt=iso(world.clock.now()))
    world.logs.add(world.clock.now(), *[TRACE] * 4)
    [run] = await world.receive_and_work(again)
    assert await concluded(world, run) is Conclusion.SUPPRESSED
    assert world.fake_tracker.issues == {}
    assert {notice.conclusion for notice in world.notifier.told.values()} == {Conclusion.SUPPRESSED}


async def test_alert_shows_the_excuse_its_end_and_who_set_it(world: World) -> None:
    await silence(world)
    await world.receive_and_work(shop_alert())
    page = await world.stores.history.page(HistoryQuery())
    alert = await world.stores.history.one(page.alerts[0]["id"])
    assert alert is not None
    assert alert["validation"]["reason"] == (
        "An excuse holds until 2026-11-24 12:01 UTC: silence by ana: database move."
    )
    assert alert["alert_status"] == AlertStatus.FIRING.value


async def test_what_still_fires_when_the_silence_ends_is_reported(world: World) -> None:
    await silence(world, minutes=30)
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    # The log is complete.
    await world.work_later(17 * MINUTE)
    assert world.fake_tracker.issues == {}
    [run] = await world.work_later(13 * MINUTE)
    assert await concluded(world, run) is Conclusion.REAL
    assert len(world.fake_tracker.issues) == 1


async def test_ending_a_silence_has_what_it_kept_quiet_looked_at_now(world: World) -> None:
    made, _ = await silence(world, minutes=600)
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    assert await world.work_later(MINUTE) == []
    ended = await silences(world).expire(made.id, "bob")
    assert ended is not None
    assert (ended.ends_at, ended.ended_by) == (world.clock.now(), "bob")
    [run] = await world.work_later(MINUTE)
    assert await concluded(world, run) is Conclusion.REAL
    # It is kept in the list, and ending it again changes nothing.
    world.clock.advance(MINUTE)
    assert await silences(world).expire(made.id, "eve") == ended
    assert await silences(world).all() == (ended,)


async def test_silence_that_is_ended_during_a_look_is_seen_by_the_next(world: World) -> None:
    made, _ = await silence(world, minutes=600)
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive(shop_alert())
    [run] = await world.work(cut_after="decide")
    await silences(world).expire(made.id, "bob")
    await world.travel(run)
    [after] = await world.work_later(timedelta(seconds=5))
    assert await concluded(world, after) is Conclusion.REAL


async def test_silence_on_a_told_incident_keeps_its_issue_and_tells_nobody(world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    told = len(world.notifier.told)
    _, covered = await silence(world)
    assert covered == Covered(alerts=1, incidents=1)
    [run] = await world.work_later(MINUTE)
    assert await concluded(world, run) is Conclusion.SUPPRESSED
    await world.receive_and_work(shop_alert("f2"))
    await world.work_later(5 * MINUTE)
    assert len(world.notifier.told) == told
    assert world.comments() == []
    assert len(world.fake_tracker.issues) == 1


async def test_silence_of_one_instance_does_not_cover_another(world: World) -> None:
    await silence(world, "instance=f1")
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert("f1"), shop_alert("f2"))
    assert await concluded(world, run) is Conclusion.REAL


async def test_preview_counts_and_makes_nothing(world: World) -> None:
    await world.receive_and_work(shop_alert("f1"), shop_alert("f2"), shop_alert("f3"))
    await world.receive_and_work(resolved(world.clock.now(), "f3"))
    wanted = SilenceRequest(
        matchers=(parse_matcher("instance=~f1|f3"),), by="ana", comment="c", duration=MINUTE
    )
    _, covered = await silences(world).preview(wanted)
    assert covered == Covered(alerts=1, incidents=1)
    assert await silences(world).all() == ()


async def test_incident_is_looked_at_when_a_silence_begins(world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    await silence(world, starts_at=STARTS_AT + 31 * MINUTE)
    for _ in range(3):
        await world.work_later(10 * MINUTE)
    assert world.clock.now() == STARTS_AT + 31 * MINUTE
    page = await world.stores.history.page(HistoryQuery())
    assert page.alerts[0]["verdict"]["conclusion"] == "suppressed"
