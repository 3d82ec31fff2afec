"""Numbers of requests from the HTTP logs that Locomotive sends, by LogQL."""

import asyncio
import math
from datetime import UTC, datetime, timedelta

from issue_intelligence.adapters.loki.client import LokiClient
from issue_intelligence.core.intake.log_selector import log_query
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.errors import TransientError
from issue_intelligence.ports.metrics_source import Measured

_AT_ONCE = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = Measured()


class LokiMetrics:
    """Implements ports.metrics_source.MetricsSource. `timeout_seconds` bounds one measurement."""

    def __init__(self, client: LokiClient, *, timeout_seconds: float = 30) -> None:
        self._client = client
        self._timeout_seconds = timeout_seconds
        self._turns = asyncio.Semaphore(_AT_ONCE)

    @property
    def description(self) -> str:
        return f"HTTP logs of {self._client.description}"

    async def measure(self, service: Service, window: LogWindow) -> Measured:
        selector = log_query(service.name, service)
        if not selector:
            return _NOTHING
        try:
            async with asyncio.timeout(self._timeout_seconds), self._turns:
                return await self._measure(selector, window)
        except TimeoutError as error:
            raise TransientError(
                f"no complete answer from {self.description} within {self._timeout_seconds:g} s"
            ) from error

    async def _measure(self, selector: str, window: LogWindow) -> Measured:
        requests = f'{selector} | log_type="http" | httpStatus=~"[1-5][0-9][0-9]"'
        span = f"[{max(1, math.ceil((window.until_at - window.from_at).total_seconds()))}s]"
        at_ns = (window.until_at - _EPOCH) // timedelta(microseconds=1) * 1_000
        counts: dict[str, float] = {}
        for labels, count in await self._client.query(
            f"sum by (httpStatus) (count_over_time({requests} {span}))", at_ns=at_ns
        ):
            counts[labels.get("httpStatus", "")] = count
        total = sum(counts.values())
        if not total:
            return _NOTHING
        failed = sum(count for status, count in counts.items() if status.startswith("5"))
        # Both are sums: of each line's metadata Loki would make a series of its own, beyond its limit of
        # series, were it not for the sum around it. A mean over time has no such form.
        timed = f'{requests} | totalDuration=~"[0-9]+([.][0-9]+)?"'
        spent_ms = await self._number(
            f'sum(sum_over_time({timed} | unwrap totalDuration | __error__="" {span}))', at_ns
        )
        measured = await self._number(f"sum(count_over_time({timed} {span}))", at_ns)
        return Measured(
            request_count=round(total),
            error_rate=failed / total,
            mean_response_seconds=spent_ms / measured / 1_000 if spent_ms is not None and measured else None,
        )

    async def _number(self, query: str, at_ns: int) -> float | None:
        found = await self._client.query(query, at_ns=at_ns)
        return found[0][1] if found and math.isfinite(found[0][1]) else None
