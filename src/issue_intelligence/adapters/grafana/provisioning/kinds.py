"""The mission's seven kinds of alert, as queries on logs (LogQL) and on metrics (PromQL).

Each query gives one number for one service and fires above the kind's threshold. HTTP logs are read as
Locomotive ships them: stream label `log_type="http"`, status and duration in structured metadata.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from issue_intelligence.core.model.service import Service

_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)

# What applications say when their database cannot be reached; RE2 without quotes, since LogQL quotes it.
_DATABASE_FAILURES = (
    "(?i)(connection pool|too many clients|too many connections|could not connect to server"
    "|connection to server.{0,80}failed|PrismaClientInitializationError|P1001|P2024|SequelizeConnection"
    "|ECONNREFUSED.{0,40}:(5432|3306|27017)|server closed the connection unexpectedly)"
)
_CRASHES = (
    "(?i)(uncaught ?exception|unhandled ?rejection|^panic:|fatal error|segmentation fault"
    "|npm ERR! code ELIFECYCLE|worker .{0,40}was terminated|process exited with code [1-9])"
)
_OUT_OF_MEMORY = "(?i)(heap out of memory|OOMKilled|out of memory|MemoryError|cannot allocate memory)"
_AUTH_FAILURES = (
    "(?i)(authentication failed|invalid (password|credentials|token|signature)|jwt (expired|malformed)"
    "|unauthorized|login failed)"
)
_AN_HOUR_BEFORE = " offset 1h"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the thresholds rest on beside the mission's numbers."""

    # Of each service; 90 % of it is the threshold.
    memory_mb: int = 512
    # Name of the label with the status code in `http_requests_total`.
    status_label: str = "status"
    # Name of the label with the service in Prometheus.
    service_label: str = "service"

    def __post_init__(self) -> None:
        for name in (self.status_label, self.service_label):
            if not _LABEL_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name of a Prometheus label")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """How one service is found in logs and metrics."""

    # Matchers of a LogQL stream selector without braces.
    stream: str
    # Matchers of a PromQL selector without braces.
    series: str
    limits: Limits

    @property
    def app_logs(self) -> str:
        return f'{{{self.stream}}} | log_type!="http"'

    @property
    def http_logs(self) -> str:
        return f'{{{self.stream}}} | log_type="http"'


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertKind:
    # Becomes the rule's name: "HighErrorRate".
    name: str
    severity: str
    # Fires above this.
    threshold: float
    # How long it must hold, as Grafana writes a span.
    holds_for: str
    # The name of the measured value: "errors" is read as the number of errors by our intake.
    value: str
    # One sentence; "{service}" stands for the service's name.
    summary: str
    on_logs: Callable[[Selection], str]
    on_metrics: Callable[[Selection], str] | None
    # True where silence of the metric itself is a fault.
    needs_data: bool = False


def selection_of(service: Service, limits: Limits) -> Selection:
    """Select by the catalogue's selector, else by the names of service and environment."""
    stream = service.selector.strip().removeprefix("{").removesuffix("}")
    if not stream:
        stream = f"service_name={json.dumps(service.name)}"
        if service.environment:
            stream += f", environment_name={json.dumps(service.environment)}"
    return Selection(
        stream=stream, series=f"{limits.service_label}={json.dumps(service.name)}", limits=limits
    )


def _count(lines: str, pattern: str, window: str = "5m", offset: str = "") -> str:
    return f"sum(count_over_time({lines} |~ {json.dumps(pattern)} [{window}]{offset}))"


def _requests(selection: Selection, status: str, window: str = "5m", offset: str = "") -> str:
    """Requests of the window whose status matches; `increase` extrapolates, so it may give a fraction."""
    matchers = f"{selection.series}, {status.format(label=selection.limits.status_label)}"
    return f"sum(increase(http_requests_total{{{matchers}}}[{window}]{offset}))"


def _memory_or_cpu(at: Selection) -> str:
    """The larger of both shares. Each gets a label of its own, since `or` drops what has the same labels."""
    memory = f"process_resident_memory_bytes{{{at.series}}} / {at.limits.memory_mb * 1_048_576}"
    cpu = f"rate(process_cpu_seconds_total{{{at.series}}}[5m])"
    parts = [
        f'label_replace({query}, "of", "{name}", "", "")'
        for name, query in (("memory", memory), ("cpu", cpu))
    ]
    return f"max({' or '.join(parts)})"


KINDS = (
    AlertKind(
        name="HighErrorRate",
        severity="critical",
        threshold=10,
        holds_for="1m",
        value="errors",
        summary="More than 10 requests to {service} failed with 5xx within 5m.",
        on_logs=lambda at: f'sum(count_over_time({at.http_logs} | httpStatus=~"5.." [5m]))',
        on_metrics=lambda at: _requests(at, '{label}=~"5.."'),
    ),
    AlertKind(
        name="ManyClientErrors",
        severity="warning",
        threshold=50,
        holds_for="1m",
        value="requests",
        summary="More than 50 requests to {service} were answered with 4xx within 5m, without 401 and 404.",
        on_logs=lambda at: (
            f'sum(count_over_time({at.http_logs} | httpStatus=~"4.." | httpStatus!~"401|404" [5m]))'
        ),
        on_metrics=lambda at: _requests(at, '{label}=~"4..", {label}!~"401|404"'),
    ),
    AlertKind(
        name="DatabaseConnectionFailures",
        severity="critical",
        threshold=0,
        holds_for="0s",
        value="errors",
        summary="{service} cannot reach its database; its log says so within 5m.",
        on_logs=lambda at: _count(at.app_logs, _DATABASE_FAILURES),
        # No client library counts these under a name that others use too.
        on_metrics=None,
    ),
    AlertKind(
        name="SlowResponses",
        severity="warning",
        threshold=3,
        holds_for="1m",
        value="seconds",
        summary="The mean response time of {service} was above 3 seconds within 5m.",
        on_logs=lambda at: (
            f"sum(sum_over_time({at.http_logs} | unwrap totalDuration [5m])) / "
            f"sum(count_over_time({at.http_logs} [5m])) / 1000"
        ),
        on_metrics=lambda at: (
            f"sum(rate(http_request_duration_seconds_sum{{{at.series}}}[5m])) / "
            f"sum(rate(http_request_duration_seconds_count{{{at.series}}}[5m]))"
        ),
    ),
    AlertKind(
        name="HighMemoryOrCpu",
        severity="warning",
        threshold=0.9,
        holds_for="5m",
        value="used",
        summary="{service} uses more than 90 % of its memory or of one processor within 5m.",
        # Logs know of memory only when there is none left.
        on_logs=lambda at: _count(at.app_logs, _OUT_OF_MEMORY),
        on_metrics=_memory_or_cpu,
        needs_data=True,
    ),
    AlertKind(
        name="ApplicationCrashed",
        severity="critical",
        threshold=0,
        holds_for="0s",
        value="errors",
        summary="{service} crashed or was restarted within 10m.",
        on_logs=lambda at: _count(at.app_logs, _CRASHES, "10m"),
        on_metrics=lambda at: f"sum(changes(process_start_time_seconds{{{at.series}}}[10m]))",
    ),
    AlertKind(
        name="AuthenticationFailuresSpike",
        severity="warning",
        threshold=20,
        holds_for="1m",
        value="requests",
        summary="More than 20 sign-ins at {service} failed within 5m, twice as many as an hour before.",
        on_logs=lambda at: _spike(
            _count(at.app_logs, _AUTH_FAILURES), _count(at.app_logs, _AUTH_FAILURES, offset=_AN_HOUR_BEFORE)
        ),
        on_metrics=lambda at: _spike(
            _requests(at, '{label}="401"'), _requests(at, '{label}="401"', offset=_AN_HOUR_BEFORE)
        ),
    ),
)


def _spike(now: str, before: str) -> str:
    """Give the number while it is more than twice what it was; what was nothing before counts as that."""
    return f"{now} > 2 * ({before} or vector(0))"
