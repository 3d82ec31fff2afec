"""The tables of the TOML file, with their defaults and rules."""

from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from issue_intelligence.core.intake.log_selector import selector_fault


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ValidationSettings(_Section):
    min_error_count: Annotated[int, Field(ge=1)] = 3
    min_confidence: Annotated[int, Field(ge=0, le=100)] = 60
    health_check_timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 10
    create_issue_on_single_error_with_stack_trace: bool = True
    deduplication_window_seconds: Annotated[int, Field(ge=0)] = 3600
    # A deployment that does not report its end is an excuse for this long; 0 for none.
    deployment_grace_seconds: Annotated[int, Field(ge=0, le=86_400)] = 900
    # After its end, while the service warms up.
    deployment_settling_seconds: Annotated[int, Field(ge=0, le=3_600)] = 120
    # Whose Mondays and mornings they are when it is asked what is usual.
    baseline_timezone: str = "UTC"
    # So many times resolved and fired again within the window is flapping.
    flapping_cycles: Annotated[int, Field(ge=2, le=100)] = 3
    flapping_window_seconds: Annotated[int, Field(ge=60, le=86_400)] = 3600
    # What resolves this soon after its start, and leaves no harm, is no issue; 0 for never.
    self_resolved_grace_seconds: Annotated[int, Field(ge=0, le=3_600)] = 120

    @field_validator("baseline_timezone")
    @classmethod
    def _a_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError('must be a time zone that this machine knows, such as "UTC"') from error
        return value


class RestartSettings(_Section):
    """`[remediation.strategies.restart]`."""

    enabled: bool = True
    # Restart on over 50 % errors or an unresponsive service, although no known issue asks for it.
    without_known_issue: bool = False
    # The whole command; one that takes longer is ended, and its outcome is judged by the proof.
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 60
    # Between the command and the first look at whether it helped.
    wait_for_health_check_seconds: Annotated[float, Field(ge=0, le=600)] = 30
    health_check_retries: Annotated[int, Field(ge=1, le=20)] = 3
    # Between two restarts of one service, whichever incident wants them.
    cooldown_seconds: Annotated[int, Field(ge=0)] = 1800


class StrategiesSettings(_Section):
    restart: RestartSettings = RestartSettings()


class RemediationSettings(_Section):
    enabled: bool = True
    max_attempts: Annotated[int, Field(ge=1, le=1)] = 1
    # Of all services together; what exceeds it is refused, and the issue says so.
    max_per_hour: Annotated[int, Field(ge=1)] = 6
    strategies: StrategiesSettings = StrategiesSettings()


class IssueCreationSettings(_Section):
    # Those above it wait for their turn.
    max_issues_per_hour: Annotated[int, Field(ge=1)] = 10
    auto_close_after_hours: Annotated[float, Field(gt=0)] = 24
    default_labels: tuple[str, ...] = ("automated-alert", "needs-triage")
    component_teams: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)


class RetentionSettings(_Section):
    """How long what is no longer needed is kept, in days; incidents, evidence and verdicts stay."""

    # Webhooks as they came, secrets and personal data included.
    raw_bodies_days: Annotated[int, Field(ge=1)] = 30
    # What the durable engine has noted of runs that ended.
    finished_runs_days: Annotated[int, Field(ge=1)] = 30
    # Silences, one-off maintenance windows and ignore patterns that are over.
    ended_excuses_days: Annotated[int, Field(ge=1)] = 90


class CriticalFlowSettings(_Section):
    """One request of `[[services.critical_flows]]` and what its answer must be."""

    name: str = Field(min_length=1, max_length=100)
    url: str
    method: Literal["GET", "HEAD", "POST"] = "GET"
    expect_status: Annotated[int, Field(ge=100, le=599)] = 200
    # Text that the answer contains; "" for any answer.
    expect_text: str = ""
    max_seconds: Annotated[float, Field(gt=0, le=120)] = 3

    @field_validator("url")
    @classmethod
    def _http_only(cls, value: str) -> str:
        return http_url(value)

    @model_validator(mode="after")
    def _text_to_look_in(self) -> "CriticalFlowSettings":
        if self.method == "HEAD" and self.expect_text:
            raise ValueError("expect_text: the answer to HEAD has no text")
        return self


class PlatformSettings(_Section):
    """What can restart the service."""

    kind: Literal["command"]
    # A program and its arguments, run without a shell.
    command: tuple[str, ...] = Field(min_length=1)

    @field_validator("command")
    @classmethod
    def _a_program(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value[0].strip():
            raise ValueError("its first part must name a program")
        return value


class MetricQueries(_Section):
    """PromQL of one service, each giving one number; "{window}" stands for the span: "15m"."""

    # Failed of all requests, 0 to 1.
    error_rate: str = ""
    # Requests in the window.
    request_count: str = ""
    mean_response_seconds: str = ""
    # Of the memory that the service may use, 0 to 100.
    memory_percent: str = ""


class ServiceSettings(_Section):
    name: str = Field(min_length=1, max_length=255)
    aliases: tuple[str, ...] = ()
    component: str = ""
    environment: str = ""
    selector: str = ""
    health_url: str = ""
    api_url: str = ""
    # Names of other entries, and "database" or "redis".
    dependencies: tuple[str, ...] = ()
    critical_flows: tuple[CriticalFlowSettings, ...] = ()
    platform: PlatformSettings | None = None
    owners: tuple[str, ...] = ()
    slack_channel: str = ""
    metrics: MetricQueries = MetricQueries()

    @field_validator("health_url", "api_url")
    @classmethod
    def _http_only(cls, value: str) -> str:
        return http_url(value)

    @field_validator("selector")
    @classmethod
    def _asks_loki(cls, value: str) -> str:
        fault = selector_fault(value) if value else ""
        if fault:
            raise ValueError(fault)
        return value

    @model_validator(mode="after")
    def _not_itself(self) -> "ServiceSettings":
        if self.name in self.dependencies:
            raise ValueError("dependencies: a service does not depend on itself")
        return self


def http_url(value: str) -> str:
    """Take an http or https URL, or "". Raises ValueError."""
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/") if value.endswith("/") and value.count("/") == 3 else value


def repository(value: str) -> str:
    """Take "owner/name", or "". Raises ValueError."""
    owner, slash, name = value.partition("/")
    if value and not (owner and slash and name and "/" not in name):
        raise ValueError('must be "owner/name"')
    return value
