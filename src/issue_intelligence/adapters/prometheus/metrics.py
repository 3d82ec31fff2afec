"""Measures a service by the PromQL of its catalogue entry."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import httpx2

from issue_intelligence.adapters.prometheus.answer import Sample
from issue_intelligence.adapters.prometheus.query import PrometheusClient
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.errors import OutsideError, TransientError
from issue_intelligence.ports.metrics_source import Measured

# Queries without "{window}" are as fine; only this very text is replaced, since PromQL is full of braces.
PLACEHOLDER = "{window}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What a number of this name can be."""

    holds: Callable[[float], bool]
    words: str


_RULES = {
    "error_rate": _Rule(
        holds=lambda value: 0 <= value <= 1,
        words="a share from 0 to 1 is needed: divide failed requests by all of them",
    ),
    "request_count": _Rule(holds=lambda value: 0 <= value < 1e15, words="a number of requests is needed"),
    "mean_response_seconds": _Rule(holds=lambda value: value >= 0, words="a time in seconds is needed"),
    "memory_percent": _Rule(holds=lambda value: 0 <= value <= 100, words="a share from 0 to 100 is needed"),
}


class PrometheusMetrics:
    """Implements ports.metrics_source.MetricsSource. The client is the caller's, who closes it."""

    def __init__(self, client: httpx2.AsyncClient, *, base_url: str, timeout_seconds: float = 10) -> None:
        self._prometheus = PrometheusClient(client, base_url=base_url, timeout_seconds=timeout_seconds)

    @property
    def description(self) -> str:
        return f"Prometheus at {self._prometheus.host}"

    async def measure(self, service: Service, window: LogWindow) -> Measured:
        """Ask all queries of the service at once.

        A query that fails beside one that does not becomes a note; when all of them fail, so does this.
        """
        queries = {name: text for name in _RULES if (text := getattr(service.queries, name).strip())}
        outcomes = await asyncio.gather(
            *(self._ask(name, query, window) for name, query in queries.items()), return_exceptions=True
        )
        samples: dict[str, Sample] = {}
        failures: list[OutsideError] = []
        for name, outcome in zip(queries, outcomes, strict=True):
            if isinstance(outcome, Sample):
                samples[name] = outcome
            elif isinstance(outcome, OutsideError):
                failures.append(outcome)
            else:
                raise outcome
        if failures and not samples:
            raise next((each for each in failures if isinstance(each, TransientError)), failures[0])
        return _measured(samples, [f"{self.description}: {failure}" for failure in failures])

    async def _ask(self, name: str, query: str, window: LogWindow) -> Sample:
        text = query.replace(PLACEHOLDER, promql_duration(window))
        return await self._prometheus.instant(name, text, window.until_at)


def promql_duration(window: LogWindow) -> str:
    """Write the window's length as PromQL does: "15m", "90s"."""
    seconds = max(1, round((window.until_at - window.from_at).total_seconds()))
    return f"{seconds}s" if seconds % 60 else f"{seconds // 60}m"


def _measured(samples: dict[str, Sample], notes: list[str]) -> Measured:
    numbers: dict[str, float] = {}
    for name, sample in samples.items():
        notes += [f"Prometheus warns of the query {name}: {warning}" for warning in sample.warnings]
        if sample.value is None:
            continue
        if _RULES[name].holds(sample.value):
            numbers[name] = sample.value
        else:
            notes.append(f"the query {name} gives {sample.value:g}, where {_RULES[name].words}")
    count = numbers.get("request_count")
    return Measured(
        request_count=None if count is None else round(count),
        error_rate=numbers.get("error_rate"),
        mean_response_seconds=numbers.get("mean_response_seconds"),
        memory_percent=numbers.get("memory_percent"),
        notes=tuple(dict.fromkeys(notes)),
    )
