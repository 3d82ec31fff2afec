"""What the collectors ask, answered from a scenario; what it does not say is not known."""

from datetime import datetime

from issue_intelligence.core.investigate.looks import BASELINES_BEFORE, LogWindow
from issue_intelligence.core.model.evidence import (
    CollectorName,
    EvidenceStatus,
    HealthProbe,
    ProbeKind,
    ServiceState,
)
from issue_intelligence.core.model.measured import Measured
from issue_intelligence.core.model.remediation import Outcome
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.evaluation.model import ApiState, UpOrDown, WorldHealth, WorldMetrics
from issue_intelligence.ports.errors import TransientError
from issue_intelligence.ports.log_source import LogBatch, LogQuery

DATABASE, REDIS = "database", "redis"
# As of the probes over HTTP: slower answers are right and degraded.
DEGRADED_AFTER_MS = 3_000


class SteppedClock:
    """Implements ports.clock.Clock; it moves only when told, and never back."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        self._at = max(self._at, at)


class DownLogSource:
    """Implements ports.log_source.LogSource: it does not answer."""

    description = "the scenario's log source"

    async def fetch(self, query: LogQuery) -> LogBatch:  # noqa: ARG002
        raise TransientError("the log source does not answer")


class NoLines:
    """Implements ports.log_source.LogSource: it answers, and has no line."""

    description = "the scenario's log source"

    async def fetch(self, query: LogQuery) -> LogBatch:  # noqa: ARG002
        return LogBatch(lines=(), truncated=False)


class ScenarioHealth:
    """Implements ports.health_probe.HealthChecker.

    The API is that of the service that the scenario is about. Database and external services are part of the
    world, and count for every service that names them among its dependencies.
    """

    def __init__(self, health: WorldHealth, subject: str) -> None:
        self._health = health
        self._subject = subject.casefold()

    async def check(self, service: Service) -> tuple[HealthProbe, ...]:
        own = self._api(service.name) if service.name.casefold() == self._subject else ()
        return (*own, *self._database(service), *self._external(service))

    def _api(self, name: str) -> tuple[HealthProbe, ...]:
        api, response_ms = self._health.api, self._health.response_ms
        if api is None:
            return ()
        state, detail = _api_state(api, response_ms)
        return (
            HealthProbe(
                name=name,
                kind=ProbeKind.HEALTH_URL,
                state=state,
                response_time_ms=None if api is ApiState.TIMEOUT else response_ms,
                detail=detail,
                status_code=200 if api is ApiState.UP else None,
            ),
        )

    def _database(self, service: Service) -> tuple[HealthProbe, ...]:
        if self._health.database is None or DATABASE not in service.dependencies:
            return ()
        is_up = self._health.database is UpOrDown.UP
        return (
            HealthProbe(
                name=DATABASE,
                kind=ProbeKind.DATABASE,
                state=ServiceState.UP if is_up else ServiceState.DOWN,
                response_time_ms=None,
                detail="takes connections" if is_up else "takes no connections",
            ),
        )

    def _external(self, service: Service) -> tuple[HealthProbe, ...]:
        return tuple(
            HealthProbe(
                name=name,
                kind=ProbeKind.REDIS if name.casefold() == REDIS else ProbeKind.DEPENDENCY,
                state=state,
                response_time_ms=None,
                detail={"up": "is up", "down": "does not answer", "degraded": "answers badly"}[state.value],
            )
            for name, state in self._health.external.items()
            if name in service.dependencies
        )


def _api_state(api: ApiState, response_ms: float | None) -> tuple[ServiceState, str]:
    if api is ApiState.TIMEOUT:
        return ServiceState.DOWN, "no answer in time"
    if api is ApiState.DOWN:
        return ServiceState.DOWN, "does not answer as it should"
    if response_ms is not None and response_ms > DEGRADED_AFTER_MS:
        return ServiceState.DEGRADED, f"answered 200, but only after {response_ms / 1000:.1f} s"
    return ServiceState.UP, "answered 200"


class ScenarioMetrics:
    """Implements ports.metrics_source.MetricsSource for the service that the scenario is about.

    A window that lies an hour or a day before one that was asked for is asked for its baseline.
    """

    description = "the scenario's metrics"

    def __init__(self, metrics: WorldMetrics, subject: str) -> None:
        self._metrics = metrics
        self._subject = subject.casefold()
        self._asked: set[datetime] = set()

    async def measure(self, service: Service, window: LogWindow) -> Measured:
        if service.name.casefold() != self._subject:
            return Measured()
        if any(window.until_at + before in self._asked for before in BASELINES_BEFORE):
            return Measured(
                error_rate=self._metrics.baseline_error_rate,
                mean_response_seconds=_seconds(self._metrics.baseline_response_ms),
            )
        self._asked.add(window.until_at)
        return Measured(
            request_count=self._metrics.requests,
            error_rate=self._metrics.error_rate,
            mean_response_seconds=_seconds(self._metrics.response_ms),
            memory_percent=self._metrics.memory_percent,
        )


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


class NoMeter:
    """Implements ports.meter.Meter; nobody watches an evaluation."""

    def collected(self, collector: CollectorName, status: EvidenceStatus, seconds: float) -> None:  # noqa: ARG002
        return

    def decided(self, conclusion: Conclusion) -> None:  # noqa: ARG002
        return

    def reported(self, action: str) -> None:  # noqa: ARG002
        return

    def dropped_by_tracker(self, what: str) -> None:  # noqa: ARG002
        return

    def remediated(self, outcome: Outcome) -> None:  # noqa: ARG002
        return

    def run_ended(self, seconds: float, *, failed_step: str = "") -> None:  # noqa: ARG002
        return


def services_of(names: tuple[str, ...], health: WorldHealth) -> tuple[Service, ...]:
    """Derive the catalogue from what the scenario says: its services, and what they depend on.

    `names` are the services of its alerts. No component is invented, since none was said.
    """
    needed = (*((DATABASE,) if health.database is not None else ()), *health.external)
    entries = [
        Service(name=name, dependencies=tuple(each for each in needed if each.casefold() != name.casefold()))
        for name in names
    ]
    known = {name.casefold() for name in names} | {DATABASE, REDIS}
    others = dict.fromkeys(each for each in health.external if each.casefold() not in known)
    return (*entries, *(Service(name=name) for name in others))
