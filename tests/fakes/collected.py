"""What collectors ask, in memory: a log, a health check; each may fail, hang or break."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.model.evidence import HealthProbe, ProbeKind, ServiceState
from issue_intelligence.core.model.logs import LogLine
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.log_source import LogBatch, LogQuery
from issue_intelligence.ports.metrics_source import Measured


class Trouble:
    """How something outside behaves instead of answering."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.hangs = False

    async def happen(self) -> None:
        if self.error is not None:
            raise self.error
        if self.hangs:
            await asyncio.Event().wait()


class FakeLogSource:
    """Gives the lines whose time is in the window, and keeps what it was asked."""

    def __init__(self) -> None:
        # The last is the service that writes it, "" for every one.
        self.texts: list[tuple[datetime, str, str]] = []
        self.notes: tuple[str, ...] = ()
        self.queries: list[LogQuery] = []
        self.trouble = Trouble()

    @property
    def description(self) -> str:
        return "a fake log of {service}"

    def add(self, at: datetime, *texts: str, service: str = "") -> None:
        self.texts += [(at, text, service) for text in texts]

    async def fetch(self, query: LogQuery) -> LogBatch:
        self.queries.append(query)
        await self.trouble.happen()
        return LogBatch(lines=tuple(_lines(self.texts, query)), truncated=False, notes=self.notes)


def _lines(texts: Sequence[tuple[datetime, str, str]], query: LogQuery) -> list[LogLine]:
    own = [(at, text) for at, text, service in texts if service in ("", query.service)]
    inside = [(at, text) for at, text in own if query.from_at <= at <= query.until_at]
    return [read_log_line(number, text, default_at=at) for number, (at, text) in enumerate(inside, start=1)]


class FakeHealthChecker:
    def __init__(self) -> None:
        self.state = ServiceState.UP
        self.detail = "answered 200"
        self.trouble = Trouble()
        # Names of services and of what they need, whatever `state` says.
        self.down: set[str] = set()

    async def check(self, service: Service) -> tuple[HealthProbe, ...]:
        await self.trouble.happen()
        own = self._probe(service.name, self.state, ProbeKind.HEALTH_URL)
        needed = (self._probe(name, ServiceState.UP, ProbeKind.DEPENDENCY) for name in service.dependencies)
        return (own, *needed)

    def _probe(self, name: str, state: ServiceState, kind: ProbeKind) -> HealthProbe:
        is_down = name in self.down
        return HealthProbe(
            name=name,
            state=ServiceState.DOWN if is_down else state,
            response_time_ms=12.0,
            detail="answered 503" if is_down else self.detail,
            kind=kind,
        )


class FakeMetricsSource:
    """Says `now` of the window that ends last, and `before` of all earlier ones."""

    def __init__(self, description: str = "a fake Prometheus") -> None:
        self.description = description
        self.now = Measured()
        self.before = Measured()
        self.windows: list[LogWindow] = []
        self.trouble = Trouble()

    async def measure(self, service: Service, window: LogWindow) -> Measured:
        self.windows.append(window)
        await self.trouble.happen()
        newest = max(each.until_at for each in self.windows)
        return self.now if window.until_at == newest else self.before
