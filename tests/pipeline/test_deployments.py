"""An alert during a deployment waits, and is then quiet or told."""

from datetime import timedelta
from typing import Any

import pytest

from issue_intelligence.core.model.deployment import DeploymentReport, DeploymentStatus
from issue_intelligence.core.model.evidence import EvidenceStatus
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import Conclusion, RuleName
from issue_intelligence.pipeline.deployments import DeploymentIntake, RecordedDeployment
from issue_intelligence.ports.alert_history import HistoryQuery
from tests.pipeline.world import SHOP, STARTS_AT, TRACE, World, resolved, shop_alert

MINUTE = timedelta(minutes=1)
STARTED, FINISHED, FAILED = DeploymentStatus.STARTED, DeploymentStatus.FINISHED, DeploymentStatus.FAILED
CATALOGUE = (Service(name="shop", aliases=("shop-api",)),)


async def say(
    world: World, status: DeploymentStatus, *, service: str = "shop", **more: Any
) -> RecordedDeployment:
    intake = DeploymentIntake(
        deployments=world.stores.deployments,
        catalogue=CATALOGUE,
        settling=2 * MINUTE,
        clock=world.clock,
    )
    return await intake.record(
        DeploymentReport(service=service, status=status, version="1.4.2", id="run-7", **more)
    )


async def deploy_and_fail(world: World) -> None:
    """The deployment starts a minute before the alert; the world's clock stands a minute after it."""
    world.clock.at = STARTS_AT - MINUTE
    await say(world, STARTED)
    world.clock.at = STARTS_AT + MINUTE
    world.logs.add(STARTS_AT, *[TRACE] * 4)


async def test_alert_during_a_deployment_is_kept_without_an_issue(world: World) -> None:
    await deploy_and_fail(world)
    [run] = await world.receive_and_work(shop_alert())
    verdict = (await world.findings(run)).verdict
    assert verdict.validation.conclusion is Conclusion.SUPPRESSED
    assert verdict.validation.reason == (
        "An excuse holds until 2026-11-24 11:14 UTC: deployment of shop 1.4.2 in progress since 10:59 UTC."
    )
    assert world.fake_tracker.issues == {}
    assert {notice.conclusion for notice in world.notifier.told.values()} == {Conclusion.SUPPRESSED}


async def test_what_resolves_meanwhile_stays_quiet(world: World) -> None:
    await deploy_and_fail(world)
    await world.receive_and_work(shop_alert())
    world.clock.advance(2 * MINUTE)
    await say(world, FINISHED)
    await world.receive_and_work(resolved(world.clock.now()))
    for _ in range(30):
        await world.work_later(timedelta(hours=1))
    assert world.fake_tracker.issues == {}
    assert {notice.conclusion for notice in world.notifier.told.values()} == {Conclusion.SUPPRESSED}
    assert world.failures == []


async def test_what_still_fires_after_the_deployment_gets_an_issue_that_names_it(world: World) -> None:
    await deploy_and_fail(world)
    await world.receive_and_work(shop_alert())
    world.clock.advance(2 * MINUTE)
    await say(world, FINISHED, by="ana")
    # Not before it has settled, and then at once, though the excuse would have held until 11:14.
    assert await world.work_later(MINUTE) == []
    assert world.fake_tracker.issues == {}
    [run] = await world.work_later(MINUTE)
    verdict = (await world.findings(run)).verdict
    assert verdict.validation.conclusion is Conclusion.REAL
    body = world.fake_tracker.issues[1].text.body
    assert (
        "Deployment of shop 1.4.2 finished 3 min after the first error, 2026-11-24 11:03:00 UTC, by ana"
        in body
    )


async def test_end_that_is_reported_during_a_look_is_seen_by_the_next(world: World) -> None:
    await deploy_and_fail(world)
    await world.receive(shop_alert())
    [run] = await world.work(cut_after="decide")
    await say(world, FINISHED)
    await world.travel(run)
    [settling] = await world.work_later(timedelta(seconds=5))
    assert (await world.findings(settling)).verdict.validation.conclusion is Conclusion.SUPPRESSED
    [after] = await world.work_later(2 * MINUTE)
    assert (await world.findings(after)).verdict.validation.conclusion is Conclusion.REAL


async def test_deployment_that_never_reports_its_end_stops_being_an_excuse(world: World) -> None:
    await deploy_and_fail(world)
    await world.receive_and_work(shop_alert())
    assert await world.work_later(12 * MINUTE) == []
    [run] = await world.work_later(MINUTE)
    assert (await world.findings(run)).verdict.validation.conclusion is Conclusion.REAL
    assert "has not reported its end" in world.fake_tracker.issues[1].text.body


async def test_failed_deployment_is_no_excuse_and_is_told_at_once(world: World) -> None:
    await deploy_and_fail(world)
    await world.receive_and_work(shop_alert())
    world.clock.advance(2 * MINUTE)
    await say(world, FAILED)
    [run] = await world.work()
    assert (await world.findings(run)).verdict.validation.conclusion is Conclusion.REAL
    body = world.fake_tracker.issues[1].text.body
    assert "Deployment of shop 1.4.2 failed 3 min after the first error" in body


async def test_alert_that_began_before_the_deployment_is_not_excused(world: World) -> None:
    world.clock.at = STARTS_AT + timedelta(seconds=30)
    await say(world, STARTED)
    world.clock.at = STARTS_AT + MINUTE
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert())
    reasons = (await world.findings(run)).verdict.reasons
    assert RuleName.SUPPRESSED not in {reason.rule for reason in reasons}
    assert len(world.fake_tracker.issues) == 1


@pytest.mark.parametrize(
    "elsewhere", [{"service": "mail"}, {"environment": "staging"}], ids=["service", "environment"]
)
async def test_deployment_of_something_else_is_no_excuse(elsewhere: dict[str, str], world: World) -> None:
    world.clock.at = STARTS_AT - MINUTE
    await say(world, STARTED, **elsewhere)
    world.clock.at = STARTS_AT + MINUTE
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    labels = {"alertname": "CheckoutErrors", "service": "shop", "environment": "production"}
    [run] = await world.receive_and_work(shop_alert(labels=labels))
    assert (await world.findings(run)).verdict.validation.conclusion is Conclusion.REAL


async def test_deployment_reported_under_an_alias_counts(world: World) -> None:
    world.clock.at = STARTS_AT - MINUTE
    recorded = await say(world, STARTED, service="Shop-API")
    assert (recorded.deployment.service, recorded.in_catalogue) == (SHOP.name, True)
    world.clock.at = STARTS_AT + MINUTE
    [run] = await world.receive_and_work(shop_alert())
    assert (await world.findings(run)).verdict.validation.conclusion is Conclusion.SUPPRESSED


async def test_deployment_two_hours_before_is_evidence_and_an_older_one_is_not(world: World) -> None:
    world.clock.at = STARTS_AT - timedelta(hours=1)
    await say(world, STARTED)
    await say(world, FINISHED)
    world.clock.at = STARTS_AT + MINUTE
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert())
    changes = (await world.investigation(run)).changes
    assert changes is not None
    assert [change.version for change in changes.data or ()] == ["1.4.2"]
    later = shop_alert(
        "f2", startsAt="2026-11-24T16:00:00Z", labels={"alertname": "Other", "service": "shop"}
    )
    world.clock.advance(timedelta(hours=5))
    runs = await world.receive_and_work(later)
    found = [
        (await world.investigation(each)).changes for each in runs if each.incident_id != run.incident_id
    ]
    assert [(each.status, each.data) for each in found if each] == [(EvidenceStatus.COLLECTED, ())]


async def test_where_nobody_reports_deployments_nothing_is_claimed_of_them(world: World) -> None:
    [run] = await world.receive_and_work(shop_alert())
    changes = (await world.investigation(run)).changes
    assert changes is not None
    assert (changes.status, changes.source) == (
        EvidenceStatus.NOT_CONFIGURED,
        "no deployment was ever reported",
    )


async def test_secrets_in_a_report_are_not_stored(world: World) -> None:
    recorded = await say(world, STARTED, by="ana@example.org", url="https://ci:hunter2@ci.example/7")
    stored = f"{recorded}{await world.stores.deployments.near(['shop'], STARTS_AT, world.clock.now())}"
    assert "ana@example.org" not in stored
    assert "hunter2" not in stored


async def test_alert_shows_what_changed(world: World) -> None:
    await deploy_and_fail(world)
    await world.receive_and_work(shop_alert())
    page = await world.stores.history.page(HistoryQuery())
    alert = await world.stores.history.one(page.alerts[0]["id"])
    assert alert is not None
    assert [(each["kind"], each["version"]) for each in alert["changes"]] == [("deployment", "1.4.2")]
    assert alert["evidence"]["changes"]["status"] == "collected"
