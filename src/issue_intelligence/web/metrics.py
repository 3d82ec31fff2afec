"""Counters and gauges in Prometheus's form; names are part of the outside contract."""

from collections.abc import Awaitable, Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from issue_intelligence.core.model.evidence import CollectorName, EvidenceStatus
from issue_intelligence.core.model.remediation import Outcome
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.ports.dead_letters import DeadLetters
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.inbound_log import InboundLog
from issue_intelligence.version import VERSION


class IntakeMetrics:
    """One set a process."""

    def __init__(self) -> None:
        # Their times of creation would double the series and answer no question.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "issue_intelligence_intake_requests_total",
            "Webhook requests by source and what became of them.",
            ["source", "result"],
            registry=self.registry,
        )
        self.alerts = Counter(
            "issue_intelligence_alerts_received_total",
            "Alerts acknowledged after their commit.",
            ["source"],
            registry=self.registry,
        )
        self.rejected = Counter(
            "issue_intelligence_alerts_rejected_total",
            "Alerts that could not be read.",
            ["source"],
            registry=self.registry,
        )
        self.truncated = Counter(
            "issue_intelligence_alerts_truncated_total",
            "Alerts that the sender left out of its notifications.",
            ["source"],
            registry=self.registry,
        )
        self.ack_seconds = Histogram(
            "issue_intelligence_intake_ack_seconds",
            "From the complete request to the commit.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=self.registry,
        )
        self.backlog_events = Gauge(
            "issue_intelligence_backlog_events",
            "Committed webhooks that are not dispatched yet.",
            registry=self.registry,
        )
        self.dead_letters = Gauge(
            "issue_intelligence_dead_letters",
            "Work that will not succeed until someone changes something.",
            registry=self.registry,
        )
        info = Gauge(
            "issue_intelligence_build_info",
            "Always 1; the version is in the label.",
            ["version"],
            registry=self.registry,
        )
        info.labels(version=VERSION).set(1)

    def of_source(self, source: str) -> "SourceMetrics":
        return SourceMetrics(self, source)


class SourceMetrics:
    """What intake counts of one sender."""

    def __init__(self, metrics: IntakeMetrics, source: str) -> None:
        self.source = source
        self._requests = metrics.requests
        # Resolving a label costs a lock and a look-up, so these are resolved once.
        self._accepted = metrics.requests.labels(source=source, result="accepted")
        self._alerts = metrics.alerts.labels(source=source)
        self._rejected = metrics.rejected.labels(source=source)
        self._truncated = metrics.truncated.labels(source=source)
        self._ack_seconds = metrics.ack_seconds

    def accepted(self, alerts: int, seconds: float) -> None:
        self._accepted.inc()
        self._alerts.inc(alerts)
        self._ack_seconds.observe(seconds)

    def refused(self, code: str) -> None:
        self._requests.labels(source=self.source, result=code).inc()

    def rejected(self, alerts: int) -> None:
        self._rejected.inc(alerts)

    def truncated(self, alerts: int) -> None:
        self._truncated.inc(alerts)


class PipelineMeter:
    """Implements ports.meter.Meter."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._collected = Histogram(
            "issue_intelligence_collector_seconds",
            "Time of one collector, by what came of it.",
            ["collector", "status"],
            buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60),
            registry=registry,
        )
        self._decided = Counter(
            "issue_intelligence_verdicts_total", "Verdicts by conclusion.", ["conclusion"], registry=registry
        )
        self._reported = Counter(
            "issue_intelligence_issue_actions_total",
            "Runs by what they did to an issue.",
            ["action"],
            registry=registry,
        )
        self._dropped = Counter(
            "issue_intelligence_tracker_dropped_total",
            "Issues whose labels or assignees the tracker left out without a word.",
            ["what"],
            registry=registry,
        )
        self._remediated = Counter(
            "issue_intelligence_remediations_total",
            "Remediations by outcome, refused ones included.",
            ["outcome"],
            registry=registry,
        )
        self._run_seconds = Histogram(
            "issue_intelligence_run_seconds",
            "One pass of an incident through the workflow.",
            buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
            registry=registry,
        )
        self._run_failures = Counter(
            "issue_intelligence_run_failures_total",
            "Runs that ended on the dead-letter list, by step.",
            ["step"],
            registry=registry,
        )

    def collected(self, collector: CollectorName, status: EvidenceStatus, seconds: float) -> None:
        self._collected.labels(collector=collector.value, status=status.value).observe(seconds)

    def decided(self, conclusion: Conclusion) -> None:
        self._decided.labels(conclusion=conclusion.value).inc()

    def reported(self, action: str) -> None:
        self._reported.labels(action=action).inc()

    def dropped_by_tracker(self, what: str) -> None:
        self._dropped.labels(what=what).inc()

    def remediated(self, outcome: Outcome) -> None:
        self._remediated.labels(outcome=outcome.value).inc()

    def run_ended(self, seconds: float, *, failed_step: str = "") -> None:
        self._run_seconds.observe(seconds)
        if failed_step:
            self._run_failures.labels(step=failed_step).inc()


def metrics_endpoint(
    metrics: IntakeMetrics, inbound: InboundLog, dead_letters: DeadLetters
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_request: Request) -> Response:
        try:
            metrics.backlog_events.set((await inbound.backlog()).events)
            metrics.dead_letters.set(await dead_letters.count_open())
        except OutsideError:
            # A scrape during a database outage still shows the rest.
            metrics.backlog_events.set(float("nan"))
            metrics.dead_letters.set(float("nan"))
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return answer
