"""What collectors bring. Failure is evidence too: it says what the verdict had to do without."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from issue_intelligence.core.model.known_issue import KnownIssueMatch
from issue_intelligence.core.model.logs import LogAnalysis, LogBaseline
from issue_intelligence.core.model.usual import Usual, UsualMetric

# Stored beside every investigation. Raise it when a stored shape changes, and upgrade old ones on reading;
# a new field whose default says "not known" changes nothing for old ones.
EVIDENCE_VERSION = 1


class CollectorName(StrEnum):
    """One source's gatherer."""

    LOGS = "logs"
    METRICS = "metrics"
    HEALTH = "health"
    HISTORY = "history"
    KNOWN_ISSUES = "known_issues"
    CHANGES = "changes"


class EvidenceStatus(StrEnum):
    COLLECTED = "collected"
    FAILED = "failed"
    # Nobody configured a source, so its absence says nothing.
    NOT_CONFIGURED = "not_configured"


class ServiceState(StrEnum):
    """The state of something we checked (mission.md, HealthCheck.externalServices)."""

    UP = "up"
    DOWN = "down"
    DEGRADED = "degraded"


class ProbeKind(StrEnum):
    """What was asked."""

    HEALTH_URL = "health_url"
    API_URL = "api_url"
    DATABASE = "database"
    REDIS = "redis"
    # Another service of the catalogue, on which this one depends.
    DEPENDENCY = "dependency"
    CRITICAL_FLOW = "critical_flow"
    # Not asked by us: a part that the health URL's answer names.
    REPORTED = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthProbe:
    """One check of one thing."""

    # Of the service, the part, the dependency or the critical flow.
    name: str
    state: ServiceState
    # Time to the complete answer; None when none came.
    response_time_ms: float | None
    # One sentence for people: "answered 503", "no answer within 10 s".
    detail: str
    status_code: int | None = None
    kind: ProbeKind = ProbeKind.REPORTED
    # False when we could not look, by a fault of ours or of our configuration; then `state` is
    # down and says nothing about the thing itself.
    looked: bool = True

    @property
    def label(self) -> str:
        """Name it so that two checks of one service are told apart."""
        if self.kind is ProbeKind.API_URL:
            return f"{self.name} (API URL)"
        if self.kind is ProbeKind.CRITICAL_FLOW:
            return f"critical flow {self.name}"
        if self.kind is ProbeKind.DEPENDENCY:
            return f"dependency {self.name}"
        return self.name

    @property
    def failed(self) -> bool:
        """Tell whether the thing is known to be down."""
        return self.looked and self.state is ServiceState.DOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """The service's health now (mission.md, HealthCheck). None means: not known."""

    api_responsive: bool | None
    database_connected: bool | None
    response_time_ms: float | None
    external_services: Mapping[str, ServiceState] = field(default_factory=dict)
    probes: tuple[HealthProbe, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Numbers of the window. None means unknown, which is never the same as zero."""

    error_count: int | None
    # The most errors within any five minutes of the window.
    errors_in_five_minutes: int | None
    request_count: int | None
    # Failed of all requests, 0 to 1.
    error_rate: float | None
    mean_response_seconds: float | None
    # What is usual of the same number, for the window's length.
    baseline_error_count: float | None = None
    baseline_response_seconds: float | None = None
    baseline_error_rate: float | None = None
    # Requests by status class: "5xx", "4xx" (without 429), "429".
    requests_by_status: Mapping[str, int] = field(default_factory=dict)
    # Where each number came from: "error rate: Prometheus at prometheus.example.org".
    sources: tuple[str, ...] = ()
    # Of the memory that the service may use, 0 to 100; None where nobody measured it.
    memory_percent: float | None = None
    # What the ranking of errors is held against; empty when no earlier log is known.
    baseline_logs: tuple[LogBaseline, ...] = ()
    # Lines of the window's log.
    log_lines: int | None = None
    # Where each baseline above is from, and that of the log's volume; empty in evidence of earlier releases.
    usual: tuple[Usual, ...] = ()

    def usual_of(self, metric: UsualMetric) -> Usual | None:
        """Say how the baseline of a number is known; None when it is not, or nobody noted it."""
        return next((each for each in self.usual if each.metric is metric), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricalContext:
    """What happened before (mission.md, HistoricalContext)."""

    is_recurring: bool
    # Start of the newest earlier incident of the same cause.
    last_occurrence: datetime | None
    # The number of the issue that is open for this cause.
    open_github_issue: int | None
    # Earlier incidents of the same cause, without this one.
    total_occurrences: int
    mean_time_between_occurrences_seconds: float | None
    related_issues: tuple[int, ...] = ()
    # Of the earlier incidents of the same cause, those found real and not real; None where nobody said.
    found_real: int | None = None
    found_not_real: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A deployment or configuration change near the alert's start."""

    service: str
    # "deployment".
    kind: str
    started_at: datetime
    # None while it is under way.
    finished_at: datetime | None
    description: str = ""
    # It ended, and not well.
    failed: bool = False
    # "" where nobody said.
    version: str = ""
    environment: str = ""
    url: str = ""
    by: str = ""


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Generic[T]):
    """What one collector brought, and whence."""

    collector: CollectorName
    status: EvidenceStatus
    # What was asked: "log files /var/log/shop/*.log", "http probe".
    source: str
    collected_at: datetime
    data: T | None = None
    # Why nothing came, or what is missing of it, in words for people; "" for neither.
    error: str = ""
    window_from: datetime | None = None
    window_until: datetime | None = None
    # What was sent to Loki; "" for a source that takes no query.
    query: str = ""
    # Opens what was found in a browser; "" for none.
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigation:
    """All evidence of one investigation, redacted; None where a collector did not run."""

    logs: Evidence[LogAnalysis] | None = None
    metrics: Evidence[Metrics] | None = None
    health: Evidence[HealthCheck] | None = None
    history: Evidence[HistoricalContext] | None = None
    known_issues: Evidence[tuple[KnownIssueMatch, ...]] | None = None
    changes: Evidence[tuple[Change, ...]] | None = None
    version: int = EVIDENCE_VERSION
