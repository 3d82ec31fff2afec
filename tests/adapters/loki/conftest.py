"""A Loki to push to and ask: the fake, or the real one that LOKI_TEST_URL names."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from issue_intelligence.adapters.http import http_client
from issue_intelligence.adapters.loki.client import LokiClient
from issue_intelligence.adapters.loki.connection import loki_connection
from issue_intelligence.adapters.loki.source import LokiLogSource
from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.core.intake.log_selector import log_query
from issue_intelligence.ports.log_source import LogBatch, LogQuery
from tests.fakes.loki.lines import ns
from tests.fakes.loki.server import FakeLoki, running

LOKI_VARIABLE = "LOKI_TEST_URL"


def _new_service() -> str:
    return f"shop-{secrets.token_hex(4)}"


def _minutes_ago() -> datetime:
    # A real Loki shows what is at most some hours old.
    return SystemClock().now().replace(microsecond=0) - timedelta(minutes=10)


@dataclass(kw_only=True)
class LokiAsked:
    """One Loki, one service of its own in it, and a client that asks for that."""

    url: str
    http: httpx2.AsyncClient
    service: str = field(default_factory=_new_service)
    # Times of lines are told in seconds after it.
    base: datetime = field(default_factory=_minutes_ago)

    def ns(self, seconds: float, *, plus: int = 0) -> int:
        return ns(self.base + timedelta(seconds=seconds), plus=plus)

    async def push(self, *streams: Mapping[str, Any]) -> None:
        answer = await self.http.post(f"{self.url}/loki/api/v1/push", json={"streams": streams})
        assert answer.status_code == 204, answer.text

    def client(self, **parts: Any) -> LokiClient:
        settings = {name: parts.pop(name) for name in tuple(parts) if name != "max_answer_bytes"}
        return LokiClient(self.http, loki_connection(self.url, **settings), **parts)

    def source(self, *, page_lines: int = 5_000, timeout_seconds: float = 20) -> LokiLogSource:
        return LokiLogSource(self.client(), timeout_seconds=timeout_seconds, page_lines=page_lines)

    def query(self, *, limit: int = 5_000, first: float = -60, last: float = 500) -> LogQuery:
        return LogQuery(
            service=self.service,
            from_at=self.base + timedelta(seconds=first),
            until_at=self.base + timedelta(seconds=last),
            limit=limit,
            selector=log_query(self.service, None),
        )

    async def fetch(self, *, page_lines: int = 5_000, **query: Any) -> LogBatch:
        return await self.source(page_lines=page_lines).fetch(self.query(**query))


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    client = http_client(timeout_seconds=10)
    yield client
    await client.aclose()


@pytest.fixture
def fake() -> Iterator[FakeLoki]:
    with running() as loki:
        yield loki


@pytest.fixture
def faulty(fake: FakeLoki, http: httpx2.AsyncClient) -> LokiAsked:
    """Asks the fake, whatever LOKI_TEST_URL says: its faults are wanted."""
    return LokiAsked(url=fake.url, http=http)


@pytest.fixture
def loki(http: httpx2.AsyncClient) -> Iterator[LokiAsked]:
    """Asks the real Loki when there is one, else the fake."""
    url = os.environ.get(LOKI_VARIABLE, "").rstrip("/")  # noqa: TID251
    if url:
        yield LokiAsked(url=url, http=http)
        return
    with running() as fake:
        yield LokiAsked(url=fake.url, http=http)
