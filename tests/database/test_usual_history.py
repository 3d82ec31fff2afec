"""Hourly samples as they come back, hours that one process measures, and times of trouble."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.tables import alert_events
from issue_intelligence.adapters.database.usual_history import CLAIM_HOLDS, DatabaseUsualHistory
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.usual import HourlySample, Span, UsualMetric
from tests.database.events import NOW, event, firing, record, resolved

HOUR = timedelta(hours=1)


@pytest.fixture
def history(databases: Databases) -> DatabaseUsualHistory:
    return DatabaseUsualHistory(databases)


def sample(
    value: float,
    *,
    hour_at: datetime = NOW,
    service: str = "shop",
    covered: int = 3_600,
    source: str = "logs",
) -> HourlySample:
    return HourlySample(
        service=service,
        environment="prod",
        hour_at=hour_at,
        metric=UsualMetric.ERROR_RATE,
        source=source,
        value=value,
        covered_seconds=covered,
    )


async def test_samples_come_back_by_service_and_hour(history: DatabaseUsualHistory) -> None:
    wanted = sample(0.25)
    others = [sample(0.5, service="mail"), sample(0.5, hour_at=NOW - HOUR)]
    await history.add([wanted, *others])
    assert await history.samples("shop", "prod", [NOW]) == (wanted,)
    assert await history.samples("shop", "test", [NOW]) == ()
    assert await history.samples("shop", "prod", []) == ()


async def test_sample_that_covers_more_of_the_hour_stays(history: DatabaseUsualHistory) -> None:
    await history.add([sample(0.1, covered=1_800)])
    await history.add([sample(0.2, covered=3_600)])
    await history.add([sample(0.3, covered=1_800)])
    assert await history.samples("shop", "prod", [NOW]) == (sample(0.2),)
    # Another source counts in its own way.
    await history.add([sample(0.4, covered=60, source="Prometheus")])
    assert len(await history.samples("shop", "prod", [NOW])) == 2


async def test_names_of_any_length_are_kept(history: DatabaseUsualHistory) -> None:
    long = "\N{MATHEMATICAL FRAKTUR CAPITAL S}" * 300
    await history.add([sample(0.1, service=long, source=long)])
    [kept] = await history.samples(long, "prod", [NOW])
    assert kept.value == 0.1


async def test_hour_is_measured_by_one_and_taken_over_when_that_one_is_gone(
    history: DatabaseUsualHistory,
) -> None:
    assert await history.claim_hour("shop", "", NOW, NOW)
    assert not await history.claim_hour("shop", "", NOW, NOW)
    assert await history.claim_hour("shop", "", NOW + HOUR, NOW)
    assert await history.claim_hour("shop", "", NOW, NOW + CLAIM_HOLDS)
    await history.hour_done("shop", "", NOW, NOW)
    assert not await history.claim_hour("shop", "", NOW, NOW + 9 * CLAIM_HOLDS)
    assert await history.hours_done("shop", "", NOW) == {NOW}
    assert await history.hours_done("shop", "", NOW + HOUR) == frozenset()


async def test_old_hours_are_deleted_a_little_at_a_time(history: DatabaseUsualHistory) -> None:
    await history.add([sample(0.1, hour_at=NOW - HOUR * back) for back in range(4)])
    await history.claim_hour("shop", "", NOW - HOUR, NOW)
    assert await history.delete_older(NOW, 2) == 2
    assert await history.delete_older(NOW, 2) == 1
    assert await history.delete_older(NOW, 2) == 0
    assert await history.samples("shop", "prod", [NOW]) == (sample(0.1),)
    assert await history.claim_hour("shop", "", NOW - HOUR, NOW)


async def judged(databases: Databases, outcome: dict[str, Any]) -> None:
    async with databases.pipeline.begin() as connection:
        await connection.execute(update(alert_events).values(outcome))


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        ({"is_real_issue": True, "conclusion": "real"}, True),
        # Nobody has judged it yet.
        ({"is_real_issue": None, "conclusion": None}, True),
        # An excuse kept it quiet: an hour of a deployment is not what is usual either.
        ({"is_real_issue": False, "conclusion": "suppressed"}, True),
        ({"is_real_issue": False, "conclusion": "not_real"}, False),
        ({"is_real_issue": False, "conclusion": "unconfirmed"}, False),
        # It was real, and a later look found nothing of it any more.
        ({"is_real_issue": False, "conclusion": "unconfirmed", "github_issue_number": 7}, True),
    ],
)
async def test_time_of_an_incident_is_trouble_unless_it_was_judged_harmless(
    history: DatabaseUsualHistory,
    incidents: DatabaseIncidentStore,
    databases: Databases,
    outcome: dict[str, Any],
    *,
    counts: bool,
) -> None:
    began = NOW - timedelta(minutes=20)
    await record(incidents, event(1, firing("a", starts_at=began), firing("b", starts_at=NOW)))
    await judged(databases, outcome)
    [context] = {context.affected_service for _, context in await the_alerts(incidents)}
    expected = (Span(from_at=began),) if counts else ()
    assert await history.troubled(context, "", NOW - HOUR) == expected
    assert await history.troubled("another", "", NOW - HOUR) == ()
    assert await history.troubled(context, "elsewhere", NOW - HOUR) == ()


async def test_trouble_ends_with_its_incident(
    history: DatabaseUsualHistory, incidents: DatabaseIncidentStore
) -> None:
    await record(incidents, event(1, firing("a", starts_at=NOW)))
    end = NOW + timedelta(minutes=7)
    await record(incidents, event(2, resolved("a", at=end, starts_at=NOW), received_at=end))
    [(_, context), *_] = await the_alerts(incidents)
    found = await history.troubled(context.affected_service, context.environment, NOW - HOUR)
    assert found == (Span(from_at=NOW, until_at=end),)
    assert await history.troubled(context.affected_service, context.environment, NOW + HOUR) == ()


async def the_alerts(incidents: DatabaseIncidentStore) -> list[tuple[Alert, AlertContext]]:
    [run] = await incidents.claim_runs(NOW + HOUR, 5)
    return await incidents.alerts_of(run.incident_id, 5)
