"""Replay and backtest on what the real pipeline stored: the same decision again, and what would differ."""

import pickle
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from issue_intelligence.adapters.database.decision_archive import DatabaseDecisionArchive
from issue_intelligence.adapters.database.engines import database_urls
from issue_intelligence.adapters.database.read_only import open_read_only
from issue_intelligence.adapters.database.report_tables import silences as silences_table
from issue_intelligence.adapters.database.tables import verdicts
from issue_intelligence.core.decide.comparison import Comparison
from issue_intelligence.core.decide.deployments import DeploymentLimits
from issue_intelligence.core.decide.inputs import ValidationThresholds
from issue_intelligence.core.model.deployment import DeploymentReport, DeploymentStatus
from issue_intelligence.core.model.feedback import FeedbackKind, FeedbackSource, Statement
from issue_intelligence.core.model.silence import Matcher, MatcherOperator, Silence
from issue_intelligence.core.model.verdict import Conclusion, RuleName
from issue_intelligence.knowledge.feedback import FeedbackIntake
from issue_intelligence.pipeline import decide_again
from issue_intelligence.pipeline.backtest import Backtest, Tally
from issue_intelligence.pipeline.decide_again import PastExcuses
from issue_intelligence.pipeline.deployments import DeploymentIntake
from issue_intelligence.pipeline.judge import MAX_ALERTS, Judge
from issue_intelligence.ports.alert_history import HistoryQuery
from issue_intelligence.ports.decision_archive import NoDecision
from tests.pipeline.world import SHOP, STARTS_AT, TRACE, World, iso, resolved, shop_alert

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# Not critical, so that nothing but what was found speaks for it.
WARNING = {"alertname": "CheckoutErrors", "service": "shop", "severity": "warning"}
OTHER = {"labels": {"alertname": "MailErrors", "service": "mail"}}


@asynccontextmanager
async def archive_of(world: World, folder: Path, url: str) -> AsyncIterator[DatabaseDecisionArchive]:
    engine = await open_read_only(database_urls(url, folder).pipeline)
    try:
        yield DatabaseDecisionArchive(engine, alerts_of_one=MAX_ALERTS)
    finally:
        await engine.dispose()


@pytest.fixture
async def archive(world: World, tmp_path: Path, database_url: str) -> AsyncIterator[DatabaseDecisionArchive]:
    async with archive_of(world, tmp_path, database_url) as opened:
        yield opened


async def judge(archive: DatabaseDecisionArchive, **thresholds: Any) -> Judge:
    return Judge(
        excuses=PastExcuses(silences=tuple(await archive.silences()), deployment_limits=DeploymentLimits()),
        thresholds=ValidationThresholds(**thresholds),
        catalogue=(SHOP,),
        component_teams={},
        default_labels=("automated-alert",),
    )


async def alert_ids(world: World) -> list[str]:
    """Oldest first."""
    return [alert["id"] for alert in (await world.stores.history.page(HistoryQuery())).alerts][::-1]


async def again(world: World, archive: DatabaseDecisionArchive, **thresholds: Any) -> Comparison:
    """Replay the first alert."""
    [alert_id, *_] = await alert_ids(world)
    found = await decide_again.replay(archive, await judge(archive, **thresholds), alert_id)
    assert isinstance(found, Comparison)
    return found


async def tested(archive: DatabaseDecisionArchive, **thresholds: Any) -> Backtest:
    """Backtest the last day before the alert and what followed, through a copy as another process gets it."""
    tally = Tally()
    copied = pickle.loads(pickle.dumps(await judge(archive, **thresholds)))
    with ThreadPoolExecutor(1) as thread:
        results = decide_again.backtest(archive, copied, STARTS_AT - 24 * HOUR, thread, at_once=1)
        async for result in results:
            tally.add(result)
    assert tally.seen == await archive.count(STARTS_AT - 24 * HOUR)
    return tally.result()


async def fail(world: World, errors: int = 4) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * errors)
    await world.receive_and_work(shop_alert())


async def test_same_rules_decide_the_same(world: World, archive: DatabaseDecisionArchive) -> None:
    await fail(world)
    # Told again and resolved since then: neither was known when it was decided.
    world.clock.advance(5 * MINUTE)
    await world.receive_and_work(resolved(world.clock.now()))
    found = await again(world, archive)
    assert (found.changed, found.reasons) == ((), ())
    assert found.before == found.after
    assert found.before.rule is RuleName.CRITICAL_WITH_STACK_TRACE


async def test_other_thresholds_decide_otherwise_and_the_rules_are_named(
    world: World, archive: DatabaseDecisionArchive
) -> None:
    world.logs.add(STARTS_AT, *["ERROR cannot reach the stock"] * 4)
    await world.receive_and_work(shop_alert(labels=WARNING))
    found = await again(world, archive, min_error_count=5)
    assert (found.before.rule, found.after.rule) == (RuleName.SUSTAINED_ERRORS, RuleName.UNCONFIRMED)
    assert {"conclusion", "should_create_issue", "is_real_issue"} <= set(found.changed)
    assert found.reasons[0].startswith("sustained_errors decided before: 4 errors within five minutes")
    assert found.reasons[1].startswith("unconfirmed decides now: ")


async def test_silence_that_held_then_holds_again_and_a_later_one_does_not(
    world: World, archive: DatabaseDecisionArchive
) -> None:
    here = Matcher(name="service", operator=MatcherOperator.EQUAL, value="shop")
    silence = Silence(
        id="s" * 32,
        matchers=(here,),
        starts_at=STARTS_AT - HOUR,
        ends_at=STARTS_AT + HOUR,
        created_by="ana",
        comment="database move",
    )
    await world.stores.silences.add(silence, world.clock.now())
    await fail(world)
    found = await again(world, archive)
    assert (found.before.conclusion, found.changed) == (Conclusion.SUPPRESSED, ())
    # As if it had begun only after the decision.
    async with world.stores.databases.pipeline.begin() as connection:
        later = update(silences_table).values(starts_at=STARTS_AT + 10 * MINUTE)
        await connection.execute(later)
    found = await again(world, archive)
    assert (found.before.rule, found.after.conclusion) == (RuleName.SUPPRESSED, Conclusion.REAL)


async def test_deployment_of_then_excuses_again(world: World, archive: DatabaseDecisionArchive) -> None:
    world.clock.at = STARTS_AT - MINUTE
    intake = DeploymentIntake(
        deployments=world.stores.deployments, catalogue=(SHOP,), settling=2 * MINUTE, clock=world.clock
    )
    started = DeploymentReport(service="shop", status=DeploymentStatus.STARTED, id="run-7")
    await intake.record(started)
    world.clock.at = STARTS_AT + MINUTE
    await fail(world)
    # It failed, but nobody knew that when it was decided.
    world.clock.advance(HOUR)
    await intake.record(replace(started, status=DeploymentStatus.FAILED))
    found = await again(world, archive)
    assert (found.before.conclusion, found.changed) == (Conclusion.SUPPRESSED, ())


async def test_alert_that_nobody_knows_or_decided_has_nothing_to_replay(
    world: World, archive: DatabaseDecisionArchive
) -> None:
    assert await decide_again.replay(archive, await judge(archive), "0" * 32) is NoDecision.UNKNOWN_ALERT
    await world.receive(shop_alert())
    await world.intake().dispatch(10)
    [alert_id] = await alert_ids(world)
    assert await decide_again.replay(archive, await judge(archive), alert_id) is NoDecision.NOT_DECIDED
    result = await tested(archive)
    assert (result.alerts, result.undecided, result.changed) == (0, 1, ())


async def test_decision_of_another_release_is_left_out(
    world: World, archive: DatabaseDecisionArchive
) -> None:
    await fail(world)
    async with world.stores.databases.pipeline.begin() as connection:
        await connection.execute(update(verdicts).values(verdict='{"of": "another shape"}'))
    [alert_id] = await alert_ids(world)
    assert await decide_again.replay(archive, await judge(archive), alert_id) is NoDecision.UNREADABLE
    result = await tested(archive)
    assert (result.alerts, result.unreadable) == (0, 1)


async def test_backtest_decides_each_incident_once_for_all_its_alerts(
    world: World, archive: DatabaseDecisionArchive
) -> None:
    world.logs.add(STARTS_AT, *["ERROR cannot reach the stock"] * 4)
    await world.receive_and_work(shop_alert("f1"), shop_alert("f2"), shop_alert("f3", **OTHER))
    assert (await tested(archive)).changed == ()
    result = await tested(archive, min_error_count=5)
    assert (result.alerts, result.incidents) == (3, 2)
    assert {(each.service, len(each.alert_ids)) for each in result.changed} == {("shop", 2), ("mail", 1)}
    assert all(each.comparison.reasons for each in result.changed)


async def test_backtest_leaves_out_what_came_before_the_span(
    world: World, archive: DatabaseDecisionArchive
) -> None:
    long_ago = STARTS_AT - timedelta(days=9)
    world.clock.at = long_ago
    await world.receive_and_work(shop_alert("old", startsAt=iso(long_ago), **OTHER))
    world.clock.at = STARTS_AT + MINUTE
    await fail(world)
    assert (await tested(archive)).alerts == 1


async def test_feedback_is_measured_at_once_and_changes_no_decision(
    world: World, archive: DatabaseDecisionArchive
) -> None:
    world.logs.add(STARTS_AT, *["ERROR cannot reach the stock"] * 4)
    await world.receive_and_work(shop_alert("f1", labels=WARNING), shop_alert("f2", **OTHER))
    nothing_said = await tested(archive)
    assert (nothing_said.after.labelled, nothing_said.after.precision.value) == (0, None)
    intake = FeedbackIntake(store=world.stores.feedback, clock=world.clock)
    first, second = await alert_ids(world)
    for alert_id, kind, right in (
        (first, FeedbackKind.REAL, ""),
        (first, FeedbackKind.WRONG_SEVERITY, "critical"),
        (second, FeedbackKind.FALSE_POSITIVE, ""),
    ):
        said = Statement(kind=kind, right=right, by="ana", source=FeedbackSource.UI)
        await intake.record(said, alert_id=alert_id)
    now = await tested(archive)
    assert now.changed == ()
    assert (now.after.labelled, now.after.precision.value, now.after.recall.value) == (2, 0.5, 1.0)
    assert (now.after.severity.right, now.after.severity.of) == (0, 1)
    strict = await tested(archive, min_error_count=5)
    assert (strict.before.precision.value, strict.after.precision.value) == (0.5, None)
    assert (strict.before.recall.value, strict.after.recall.value) == (1.0, 0.0)


async def test_nothing_can_be_changed_through_the_archive(
    world: World, tmp_path: Path, database_url: str
) -> None:
    await fail(world)
    engine = await open_read_only(database_urls(database_url, tmp_path).pipeline)
    async with engine.connect() as connection:
        with pytest.raises(Exception, match=r"readonly|read-only"):
            await connection.execute(update(verdicts).values(alert_count=7))
    await engine.dispose()
