"""A collector that fails costs its own evidence and nothing else, and the issue says so."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from issue_intelligence.core.model.evidence import Evidence, EvidenceStatus, ServiceState
from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.core.model.verdict import Conclusion, RuleName
from issue_intelligence.ports.errors import PermanentError, TransientError
from tests.pipeline.world import STARTS_AT, TRACE, World, shop_alert


class BrokenKnownIssues:
    async def all(self) -> tuple[KnownIssue, ...]:
        raise TransientError("the database is away")

    async def add_missing(self, entries: Sequence[KnownIssue]) -> int:
        raise NotImplementedError

    async def put(self, entries: Sequence[KnownIssue]) -> None:
        raise NotImplementedError


def logs_are_away(world: World) -> None:
    world.logs.trouble.error = TransientError("connection refused")


def logs_say_no(world: World) -> None:
    world.logs.trouble.error = PermanentError("no such log file")


def logs_hang(world: World) -> None:
    world.logs.trouble.hangs = True


def logs_break_us(world: World) -> None:
    world.logs.trouble.error = KeyError("surprise")


def health_hangs(world: World) -> None:
    world.health.trouble.hangs = True


def health_breaks_us(world: World) -> None:
    world.health.trouble.error = ZeroDivisionError("surprise")


def knowledge_is_away(world: World) -> None:
    world.known_issues = BrokenKnownIssues()


@pytest.mark.parametrize(
    ("trouble", "collector", "reason"),
    [
        (logs_are_away, "logs", "connection refused"),
        (logs_say_no, "logs", "no such log file"),
        (logs_hang, "logs", "no answer within 0.5 s"),
        (logs_break_us, "logs", "the collector itself broke: KeyError"),
        (health_hangs, "health", "no answer within 0.5 s"),
        (health_breaks_us, "health", "the collector itself broke: ZeroDivisionError"),
        (knowledge_is_away, "known_issues", "the database is away"),
    ],
)
async def test_failure_is_evidence_and_the_others_bring_theirs(
    trouble: Callable[[World], None], collector: str, reason: str, world: World
) -> None:
    trouble(world)
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert())
    investigation = await world.investigation(run)
    for name in ("logs", "health", "metrics", "known_issues", "history"):
        evidence = getattr(investigation, name)
        assert isinstance(evidence, Evidence), name
        if name == collector:
            assert (evidence.status, evidence.data) == (EvidenceStatus.FAILED, None)
            assert reason in evidence.error
        else:
            assert evidence.status is EvidenceStatus.COLLECTED, name
    assert world.failures == []
    assert (await world.findings(run)).verdict.reasons
    assert f"{collector} failed" in world.meter.counted


async def test_alert_without_its_logs_is_possible_and_the_issue_says_what_is_missing(world: World) -> None:
    logs_are_away(world)
    [run] = await world.receive_and_work(shop_alert())
    verdict = (await world.findings(run)).verdict
    assert verdict.validation.conclusion is Conclusion.POSSIBLE
    assert [reason.rule for reason in verdict.reasons if reason.decisive] == [RuleName.EVIDENCE_MISSING]
    body = world.fake_tracker.issues[1].text.body
    assert "connection refused" in body.split("### What is not known")[1]


async def test_missing_evidence_is_looked_for_again_and_then_told(world: World) -> None:
    logs_are_away(world)
    await world.receive_and_work(shop_alert())
    world.logs.trouble.error = None
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [again] = await world.work_later(timedelta(minutes=5))
    assert (await world.findings(again)).verdict.validation.conclusion is Conclusion.REAL
    assert len(world.fake_tracker.issues) == 1
    [comment] = world.comments()
    assert "cart.ts:10" in comment


async def test_log_is_asked_for_the_alerts_window_and_service(world: World) -> None:
    await world.receive_and_work(shop_alert())
    [query] = world.logs.queries
    assert query.service == "shop"
    assert query.from_at == STARTS_AT - timedelta(minutes=15)
    assert STARTS_AT <= query.until_at <= world.clock.now()


async def test_what_the_log_could_not_read_is_said_beside_what_it_could(world: World) -> None:
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    world.logs.notes = ("app.log.2: permission denied",)
    [run] = await world.receive_and_work(shop_alert())
    logs = (await world.investigation(run)).logs
    assert logs is not None
    assert (logs.status, logs.error) == (EvidenceStatus.COLLECTED, "app.log.2: permission denied")
    assert "app.log.2: permission denied" in world.fake_tracker.issues[1].text.body


async def test_source_of_the_log_names_the_services_own_file(world: World) -> None:
    [run] = await world.receive_and_work(shop_alert())
    logs = (await world.investigation(run)).logs
    assert logs is not None
    assert logs.source == "a fake log of shop"


async def test_service_without_a_health_address_is_not_a_failure(world: World) -> None:
    labels = {"alertname": "X", "service": "not-in-the-catalogue"}
    [run] = await world.receive_and_work(shop_alert(labels=labels))
    health = (await world.investigation(run)).health
    assert health is not None
    assert health.status is EvidenceStatus.NOT_CONFIGURED


async def test_down_and_errors_make_it_critical(world: World) -> None:
    world.health.state, world.health.detail = ServiceState.DOWN, "answered 503"
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    [run] = await world.receive_and_work(shop_alert())
    verdict = (await world.findings(run)).verdict
    assert verdict.categorization.severity.value == "critical"
    assert [reason.rule for reason in verdict.reasons if reason.decisive] == [RuleName.HEALTH_FAILED]


async def test_health_evidence_names_what_was_asked(world: World) -> None:
    [run] = await world.receive_and_work(shop_alert())
    health = (await world.investigation(run)).health
    assert health is not None
    assert health.source == "GET http://shop.example/health"
