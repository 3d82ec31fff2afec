"""A scenario: alerts, what the world around them looks like, and what a careful person would decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from issue_intelligence.core.model.alert import Alert, AlertSource
from issue_intelligence.core.model.evidence import ServiceState
from issue_intelligence.core.model.issue import IssueState
from issue_intelligence.core.model.verdict import IssueType, Severity


class ApiState(StrEnum):
    UP = "up"
    DOWN = "down"
    TIMEOUT = "timeout"


class UpOrDown(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldHealth:
    """`[health]`. None means: nobody looked."""

    api: ApiState | None = None
    response_ms: float | None = None
    database: UpOrDown | None = None
    external: Mapping[str, ServiceState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldMetrics:
    """`[metrics]`. None means: not measured. Rates are fractions of 1."""

    error_rate: float | None = None
    requests: int | None = None
    baseline_error_rate: float | None = None
    response_ms: float | None = None
    baseline_response_ms: float | None = None
    memory_percent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldDeployment:
    """`[[deployments]]`."""

    service: str
    started_at: datetime
    # None while it goes on.
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEntry:
    """`[[history]]`: an earlier incident."""

    started_at: datetime
    # None: nobody said.
    is_real: bool | None = None
    # None: it got no issue.
    issue_number: int | None = None
    issue_state: IssueState = IssueState.OPEN
    # "" means that its cause was the scenario's.
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    health: WorldHealth = field(default_factory=WorldHealth)
    # None without `[metrics]`: nobody measures.
    metrics: WorldMetrics | None = None
    deployments: tuple[WorldDeployment, ...] = ()
    history: tuple[PastEntry, ...] = ()
    # None: said by whether there is a log file.
    log_source: UpOrDown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook, and when it comes in."""

    at: datetime
    source: AlertSource
    body: bytes
    # Those that could be read, at least one.
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Acceptable values by key; None where the key is not judged. "" and None among them mean: none."""

    is_real: tuple[bool, ...] | None = None
    should_create_issue: tuple[bool, ...] | None = None
    should_update_existing: tuple[int | None, ...] | None = None
    severity: tuple[Severity, ...] | None = None
    type: tuple[IssueType, ...] | None = None
    component: tuple[str, ...] | None = None
    known_issue: tuple[str, ...] | None = None
    remediation: tuple[str, ...] | None = None
    error_contains: tuple[str, ...] | None = None
    culprit_contains: tuple[str, ...] | None = None
    incidents: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    # Its folder below the one that is evaluated: "database/pool-exhausted-3".
    name: str
    # In the order in which they come in, the first at `now`.
    deliveries: tuple[Delivery, ...]
    world: World
    expected: Expected
    # logs.txt and logs.jsonl, as far as they are there.
    log_files: tuple[Path, ...] = ()

    @property
    def now(self) -> datetime:
        return self.deliveries[0].at

    @property
    def subject(self) -> Alert:
        """The alert whose incident is judged."""
        return self.deliveries[0].alerts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a scenario's files."""

    # The scenario's name.
    folder: str
    file: str
    # Path of the key: "health.api"; "" for the file as a whole.
    key: str
    # What holds for it, and what was found.
    rule: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.folder, self.file, self.key, self.rule) if part)


class MalformedScenarioError(ValueError):
    """A scenario that cannot be played; it costs the others nothing."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
