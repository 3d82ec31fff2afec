"""Where numbers come from, and what is said when a source fails."""

from datetime import timedelta

from issue_intelligence.core.model.evidence import Evidence, EvidenceStatus, Metrics
from issue_intelligence.core.model.verdict import RuleName
from issue_intelligence.ports.errors import TransientError
from issue_intelligence.ports.metrics_source import Measured
from tests.fakes.collected import FakeMetricsSource
from tests.pipeline.world import STARTS_AT, TRACE, World, shop_alert

REQUEST = (
    '{"level": "info", "msg": "done", "method": "GET", "path": "/cart", "status": 200, "duration_ms": 20}'
)


async def metrics_of(world: World) -> Evidence[Metrics]:
    [run] = await world.receive_and_work(shop_alert())
    metrics = (await world.investigation(run)).metrics
    assert metrics is not None
    assert metrics.status is EvidenceStatus.COLLECTED
    return metrics


async def test_first_source_gives_the_numbers_and_what_is_usual(world: World) -> None:
    prometheus, second = FakeMetricsSource(), FakeMetricsSource("a second")
    prometheus.now = Measured(error_rate=0.3, request_count=500, mean_response_seconds=2.0)
    prometheus.before = Measured(error_rate=0.01, mean_response_seconds=0.4)
    world.metrics = [prometheus, second]
    metrics = (await metrics_of(world)).data
    assert metrics is not None
    assert (metrics.error_rate, metrics.baseline_error_rate) == (0.3, 0.01)
    assert (metrics.mean_response_seconds, metrics.baseline_response_seconds) == (2.0, 0.4)
    assert second.windows == []
    now, hour_before, day_before = prometheus.windows
    assert now.until_at - hour_before.until_at == timedelta(hours=1)
    assert now.from_at - day_before.from_at == timedelta(days=1)


async def test_rise_that_only_prometheus_sees_is_real_and_told(world: World) -> None:
    prometheus = FakeMetricsSource()
    prometheus.now = Measured(error_rate=0.3, request_count=500)
    prometheus.before = Measured(error_rate=0.01)
    world.metrics = [prometheus]
    [run] = await world.receive_and_work(shop_alert())
    decisive = (await world.findings(run)).verdict.reasons[0]
    assert decisive.rule is RuleName.ABOVE_BASELINE
    body = world.fake_tracker.issues[1].text.body
    assert "30 % of the requests fail, where 1 % is usual" in body
    assert "**Error Rate**: 30 % of 500 requests; usual: 1 %" in body


async def test_source_that_fails_is_said_and_the_next_is_asked(world: World) -> None:
    prometheus, second = FakeMetricsSource(), FakeMetricsSource("a second")
    prometheus.trouble.error = TransientError("no answer within 10 s")
    second.now = Measured(error_rate=0.2)
    world.logs.add(STARTS_AT, *[TRACE] * 4)
    world.metrics = [prometheus, second]
    metrics = await metrics_of(world)
    assert metrics.data is not None
    assert metrics.data.error_rate == 0.2
    assert "a fake Prometheus gave no numbers (no answer within 10 s)" in metrics.error
    assert "a fake Prometheus gave no numbers" in world.fake_tracker.issues[1].text.body


async def test_without_an_answer_of_any_source_the_logs_speak(world: World) -> None:
    prometheus = FakeMetricsSource()
    prometheus.trouble.error = TransientError("away")
    world.metrics = [prometheus]
    world.logs.add(STARTS_AT, *[REQUEST] * 4)
    metrics = (await metrics_of(world)).data
    assert metrics is not None
    assert (metrics.error_rate, metrics.request_count) == (0.0, 4)
    assert "error rate: logs" in metrics.sources


async def test_what_a_source_does_not_know_is_asked_of_the_next(world: World) -> None:
    prometheus, second = FakeMetricsSource(), FakeMetricsSource("a second")
    prometheus.now = Measured(error_rate=0.3)
    second.now = Measured(error_rate=0.9, mean_response_seconds=2.0)
    world.metrics = [prometheus, second]
    metrics = (await metrics_of(world)).data
    assert metrics is not None
    assert (metrics.error_rate, metrics.mean_response_seconds) == (0.3, 2.0)
    assert "error rate: a fake Prometheus (2 earlier windows to compare)" not in metrics.sources
    assert "error rate: a fake Prometheus" in metrics.sources


async def test_what_a_source_warns_of_stands_in_the_evidence_redacted(world: World) -> None:
    prometheus = FakeMetricsSource()
    prometheus.now = Measured(notes=("the query error_rate gives 42 for ana@example.org",))
    world.metrics = [prometheus]
    metrics = await metrics_of(world)
    assert "the query error_rate gives 42" in metrics.error
    assert "ana@example.org" not in metrics.error
