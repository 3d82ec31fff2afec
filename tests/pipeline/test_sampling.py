"""Once an hour each service's last hour is measured, and later alerts are held against it."""

from datetime import datetime, timedelta

import pytest

from issue_intelligence.core.investigate.usual import hour_of
from issue_intelligence.core.model.measured import Measured
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.usual import UsualBasis, UsualMetric
from issue_intelligence.core.model.verdict import Conclusion, RuleName
from issue_intelligence.pipeline.log_examination import FetchingExaminer
from issue_intelligence.pipeline.sampling import CATCHES_UP, SETTLED_AFTER, HourSampler
from issue_intelligence.ports.errors import PermanentError, TransientError
from tests.fakes.collected import FakeMetricsSource
from tests.pipeline.world import SHOP, STARTS_AT, TRACE, World, iso, shop_alert

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MAIL = Service(name="mail")
CALM = Measured(error_rate=0.01, request_count=1_000, mean_response_seconds=0.1)


def sampler_of(world: World, *catalogue: Service) -> HourSampler:
    return HourSampler(
        history=world.stores.usual,
        sources=world.metrics,
        logs=FetchingExaminer(world.logs),
        catalogue=catalogue or (SHOP,),
        clock=world.clock,
    )


async def sample_all(world: World, *catalogue: Service) -> int:
    sampler, count = sampler_of(world, *catalogue), 0
    while await sampler.sample_next():
        count += 1
    return count


def a_source(world: World, numbers: Measured = CALM) -> FakeMetricsSource:
    source = FakeMetricsSource()
    source.now = source.before = numbers
    world.metrics = [source]
    return source


async def rates(world: World, service: str, hour_at: datetime) -> list[float]:
    kept = await world.stores.usual.samples(service, "", [hour_at])
    return [each.value for each in kept if each.metric is UsualMetric.ERROR_RATE]


async def test_last_full_hour_is_measured_once_it_has_settled(world: World) -> None:
    source = a_source(world)
    world.clock.at = STARTS_AT + SETTLED_AFTER - timedelta(seconds=1)
    await sample_all(world)
    last = max(window.until_at for window in source.windows)
    assert hour_of(last) == STARTS_AT - 2 * HOUR
    world.clock.advance(timedelta(seconds=1))
    assert await sample_all(world) == 1
    assert source.windows[-1].from_at == STARTS_AT - HOUR
    assert await rates(world, "shop", STARTS_AT - HOUR) == [0.01]
    # Nothing is left until the next hour.
    assert await sample_all(world) == 0


async def test_pause_is_caught_up_for_a_day_at_most_newest_first(world: World) -> None:
    source = a_source(world)
    await sample_all(world)
    source.windows.clear()
    world.clock.advance(timedelta(days=9))
    assert await sample_all(world) == CATCHES_UP // HOUR
    starts = [window.from_at for window in source.windows]
    assert starts == sorted(starts, reverse=True)


async def test_hour_is_measured_by_one_process(world: World) -> None:
    a_source(world)
    assert await sampler_of(world).sample_next()
    other = await sample_all(world)
    assert other == CATCHES_UP // HOUR - 1


@pytest.mark.parametrize("error", [TransientError("the source is away"), PermanentError("no such query")])
async def test_source_that_fails_costs_its_hour_and_no_other(error: Exception, world: World) -> None:
    source = a_source(world)
    source.trouble.error = error
    assert await sampler_of(world, SHOP, MAIL).sample_next()
    source.trouble.error = None
    await sample_all(world, SHOP, MAIL)
    newest = hour_of(world.clock.now() - SETTLED_AFTER) - HOUR
    assert await rates(world, "shop", newest) == []
    assert await rates(world, "shop", newest - HOUR) == [0.01]
    assert await rates(world, "mail", newest) == [0.01]


async def test_log_gives_errors_and_volume(world: World) -> None:
    world.clock.advance(10 * MINUTE)
    world.logs.add(STARTS_AT - 30 * MINUTE, "ERROR cannot reach the stock", "INFO one", "INFO two")
    # The next hour's first line is not this hour's.
    world.logs.add(STARTS_AT, "ERROR cannot reach the stock")
    await sample_all(world)
    kept = await world.stores.usual.samples("shop", "", [STARTS_AT - HOUR])
    numbers = {each.metric: each.value for each in kept}
    assert numbers[UsualMetric.ERROR_COUNT] == pytest.approx(1)
    assert numbers[UsualMetric.LOG_LINES] == pytest.approx(3)
    # An hour without a line tells nothing: the log itself may be gone.
    assert await world.stores.usual.samples("shop", "", [STARTS_AT - 2 * HOUR]) == ()


async def test_without_any_source_nothing_is_asked(world: World) -> None:
    sampler = HourSampler(
        history=world.stores.usual, sources=(), logs=None, catalogue=(SHOP,), clock=world.clock
    )
    assert not await sampler.sample_next()


async def with_five_weeks(world: World, source: FakeMetricsSource) -> None:
    """Measure the hour of the alert on five Tuesdays; one of them was a bad day."""
    for back in range(5, 0, -1):
        world.clock.at = STARTS_AT - timedelta(weeks=back) + HOUR + SETTLED_AFTER
        source.now = source.before = (
            Measured(error_rate=0.5, request_count=1_000, mean_response_seconds=4.0) if back == 2 else CALM
        )
        await sampler_of(world).sample_next()
    world.clock.at = STARTS_AT + MINUTE


async def test_alert_is_held_against_its_hour_of_the_week(world: World) -> None:
    source = a_source(world)
    await with_five_weeks(world, source)
    # The hour and the day before were as bad as the alert's own.
    source.now = source.before = Measured(error_rate=0.08, request_count=1_000, mean_response_seconds=0.1)
    [run] = await world.receive_and_work(shop_alert(labels={"alertname": "Traffic", "service": "shop"}))
    found = await world.findings(run)
    metrics = found.investigation.metrics
    assert metrics is not None
    assert metrics.data is not None
    usual = metrics.data.usual_of(UsualMetric.ERROR_RATE)
    assert usual is not None
    assert (usual.value, usual.samples, usual.basis) == (0.01, 5, UsualBasis.SAME_HOUR_OF_WEEK)
    [rise] = [each for each in found.verdict.reasons if each.rule is RuleName.ABOVE_BASELINE]
    assert rise.conclusion is Conclusion.REAL
    told = "where 1 % is usual on Tuesdays at 11:00 UTC, median of 5 weeks"
    assert told in rise.text
    assert told in world.fake_tracker.issues[1].text.body


async def test_what_an_investigation_reads_of_earlier_windows_is_kept(world: World) -> None:
    a_source(world)
    await world.receive_and_work(shop_alert())
    day_before = hour_of(STARTS_AT - timedelta(days=1, minutes=10))
    assert await rates(world, "shop", day_before) == [0.01]


async def test_hours_of_an_incident_are_no_basis_for_the_next(world: World) -> None:
    """It fires for three hours; what was measured of them is not what is usual a day later."""
    a_source(world, Measured(error_rate=0.6, request_count=1_000, mean_response_seconds=4.0))
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    await world.receive_and_work(shop_alert())
    for _ in range(3):
        world.clock.advance(HOUR)
        await sampler_of(world).sample_next()
    world.clock.advance(timedelta(days=1) - 3 * HOUR)
    again = shop_alert(
        "f2", labels={"alertname": "Traffic", "service": "shop"}, startsAt=iso(world.clock.now())
    )
    runs = await world.receive_and_work(again)
    names = {(await world.stores.incidents.incident(run.incident_id)).alert_name: run for run in runs}
    run = names["Traffic"]
    metrics = (await world.findings(run)).investigation.metrics
    assert metrics is not None
    assert metrics.data is not None
    assert metrics.data.error_rate == 0.6
    assert metrics.data.baseline_error_rate is None
