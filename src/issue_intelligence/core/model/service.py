"""The service catalogue: what is watched, and how to look at it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalFlow:
    """One request that must work for the service to be of use, and what its answer must be."""

    name: str
    url: str
    method: str = "GET"
    expect_status: int = 200
    # Text that the answer contains; "" for any answer.
    expect_text: str = ""
    # A slower right answer is degraded.
    max_seconds: float = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceQueries:
    """PromQL of one service, each giving one number; "" for none. "{window}" stands for the span: "15m"."""

    # Failed of all requests, 0 to 1.
    error_rate: str = ""
    # Requests in the window.
    request_count: str = ""
    mean_response_seconds: str = ""
    # Of the memory that the service may use, 0 to 100.
    memory_percent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One entry of `[[services]]`; the mission's environment variables describe a catalogue of one."""

    name: str
    # Other values of the label `service` that mean this one.
    aliases: tuple[str, ...] = ()
    component: str = ""
    environment: str = ""
    # LogQL stream selector.
    selector: str = ""
    health_url: str = ""
    api_url: str = ""
    # Names of other entries, and "database" or "redis".
    dependencies: tuple[str, ...] = ()
    critical_flows: tuple[CriticalFlow, ...] = ()
    # A program and its arguments that restart it, run without a shell; empty for none.
    restart_command: tuple[str, ...] = ()
    # Logins that its issues are assigned to.
    owners: tuple[str, ...] = ()
    # Where its notices go, whatever their severity; "" for the severity's channel.
    slack_channel: str = ""
    queries: ServiceQueries = field(default_factory=ServiceQueries)
    # True for the one service that variables alone describe: whatever the labels call it, it is meant.
    answers_for_all: bool = False
