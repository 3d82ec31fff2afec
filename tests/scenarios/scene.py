"""A service on some day: its name, its log with ordinary traffic, and the alerts about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.scenarios.alerts import alertmanager, grafana
from tests.scenarios.draw import Draw
from tests.scenarios.log import JSON_STYLES, Log, Style
from tests.scenarios.scenario import Scenario, Step

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
)
SERVICE_LABELS = ("service", "service", "service", "service", "app", "job")


@dataclass(frozen=True, slots=True)
class Scene:
    draw: Draw
    # When the alert began; the log's seconds count from here.
    start: datetime
    service: str
    log: Log
    log_is_json: bool
    # One sender for all alerts of a scenario.
    by_grafana: bool
    service_label: str

    def traffic(
        self, *requests: str, count: tuple[int, int] = (100, 220), low: float = -900, high: float = 100
    ) -> None:
        """Add requests that went well; `{n}` in one of them becomes a number."""
        for seconds in self.draw.times(self.draw.between(*count), low, high):
            method, path = self.draw.pick(requests).split(" ")
            status = {"POST": 201, "DELETE": 204}.get(method, 200)
            self.log.access(
                seconds, method, path.format(n=self.draw.between(1, 9_999)), status, self.draw.real(4, 80)
            )

    def nginx(
        self, seconds: float, request: str, status: int, size: int, *, agent: str = "", ip: str = ""
    ) -> None:
        """Add a row of nginx's access log in its combined format."""
        at = self.log.at(seconds).strftime("%d/%b/%Y:%H:%M:%S +0000")
        agent = agent or self.draw.pick(AGENTS)
        self.log.raw(
            seconds, f'{ip or self.draw.ip()} - - [{at}] "{request} HTTP/1.1" {status} {size} "-" "{agent}"'
        )

    def alert(
        self,
        name: str,
        summary: str,
        *,
        severity: str = "",
        value: float | None = None,
        service: str | None = None,
        labels: Mapping[str, str] | None = None,
        description: str = "",
        after_seconds: float = 0,
        resolved_after: float | None = None,
    ) -> dict[str, Any]:
        """Give a webhook body about this service, or another one; "" as service leaves its label out.

        `after_seconds` is when the alert began, `resolved_after` when it ended, from the scene's start.
        """
        about = self.service if service is None else service
        named = {"alertname": name, self.service_label: about, "severity": severity, **(labels or {})}
        told = {label: text for label, text in named.items() if text}
        began = self.start + timedelta(seconds=after_seconds)
        ended = None if resolved_after is None else self.start + timedelta(seconds=resolved_after)
        if self.by_grafana:
            values = None if value is None else {"A": value, "C": 1.0}
            return grafana(
                began, told, summary=summary, description=description, values=values, resolved_at=ended
            )
        return alertmanager(began, told, summary=summary, description=description, resolved_at=ended)

    def scenario(
        self,
        alert: Mapping[str, Any],
        expected: Mapping[str, Any],
        *,
        world: Mapping[str, Any] | None = None,
        after_seconds: float = 120,
        steps: Sequence[Step] = (),
        with_log: bool = True,
    ) -> Scenario:
        return Scenario(
            alert=alert,
            now=self.start + timedelta(seconds=after_seconds),
            world=world or {},
            expected=expected,
            log=self.log if with_log else None,
            log_is_json=self.log_is_json and with_log,
            steps=steps,
        )

    def ago(self, **span: float) -> datetime:
        """Give the time this long before the alert: ago(minutes=8)."""
        return self.start - timedelta(**span)


def scene(draw: Draw, services: Sequence[str], *styles: Style, hour: int | None = None) -> Scene:
    """Draw a day, a service and how it writes its log; `hour` (UTC) for what happens at that time only."""
    start = datetime(2026, 2, 2, tzinfo=UTC) + timedelta(minutes=draw.between(0, 300_000))
    start += timedelta(seconds=draw.between(0, 59))
    if hour is not None:
        start = start.replace(hour=hour)
    style = draw.pick(styles)
    return Scene(
        draw=draw,
        start=start,
        service=draw.pick(services),
        log=Log(start, style),
        log_is_json=style in JSON_STYLES,
        by_grafana=draw.chance(0.6),
        service_label=draw.pick(SERVICE_LABELS),
    )


def up(draw: Draw, **more: Any) -> dict[str, Any]:
    """Give the health of a service that is well; `more` replaces parts of it."""
    return {"api": "up", "response_ms": draw.between(12, 95), "database": "up", **more}


def rates(draw: Draw, low: float, high: float, **more: Any) -> dict[str, Any]:
    """Give metrics with an error rate between two ends (fractions), and a low baseline."""
    return {
        "error_rate": draw.real(low, high),
        "requests": draw.between(800, 6_000),
        "baseline_error_rate": draw.real(0.0005, 0.002),
        **more,
    }


def calm(draw: Draw, **more: Any) -> dict[str, Any]:
    """Give metrics that are as always."""
    usual = draw.between(40, 160)
    return {
        "error_rate": draw.real(0.0002, 0.001),
        "requests": draw.between(800, 6_000),
        "baseline_error_rate": draw.real(0.0008, 0.002),
        "response_ms": usual + draw.between(-8, 8),
        "baseline_response_ms": usual,
        **more,
    }
