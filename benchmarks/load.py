"""A load generator in its own process: HTTP/1.1 over raw keep-alive sockets on loopback.

Closed loop (no rate): each connection sends as soon as it was answered. Open loop (a rate): requests
are due on a fixed schedule, and a latency counts from when its request was due, so that a server that
stalls cannot hide it by slowing the sender down (coordinated omission).
"""

import asyncio
import json
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import cast

import uvloop

from benchmarks.bodies import distinct_requests

_TICK_SECONDS = 0.001
_DRAIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan:
    port: int
    path: str = "/alerts/grafana"
    connections: int
    alerts: int = 1
    seconds: float
    warm_up_seconds: float = 0.2
    # None for a closed loop.
    rate_per_second: float | None = None
    # Distinct for every plan of one server, so that no alert is sent twice.
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    answered: int
    seconds: float
    # Answers by status.
    statuses: dict[str, int]
    # Sorted.
    latencies_seconds: list[float] = field(repr=False)

    @property
    def per_second(self) -> float:
        return self.statuses.get("200", 0) / self.seconds

    def latency_ms(self, quantile: float) -> float:
        values = self.latencies_seconds
        return 1000 * values[min(len(values) - 1, int(quantile * len(values)))]


def run_load(plan: LoadPlan) -> LoadResult:
    """Run the plan in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asdict(plan)),
        capture_output=True,
        text=True,
        check=False,
        timeout=plan.seconds + _DRAIN_SECONDS + 60,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the load generator failed: {done.stderr}")
    return LoadResult(**json.loads(done.stdout))


class _Connection(asyncio.Protocol):
    def __init__(self, generator: "_Generator") -> None:
        self._generator = generator
        self._buffer = b""
        self._due_at = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def send(self, request: bytes, due_at: float) -> None:
        assert self.transport is not None
        self._due_at = due_at
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        end = buffer.find(b"\r\n\r\n")
        if end < 0 or len(buffer) < end + 4 + _content_length(buffer[:end]):
            self._buffer = buffer
            return
        self._buffer = b""
        self._generator.answered(self, buffer[9:12], self._due_at)

    def connection_lost(self, exc: Exception | None) -> None:
        self._generator.lost(exc)


def _content_length(head: bytes) -> int:
    start = head.lower().find(b"content-length:")
    return int(head[start + 15 :].split(b"\r\n", 1)[0])


class _Generator:
    def __init__(self, plan: LoadPlan) -> None:
        self._plan = plan
        self._requests: Iterator[bytes] = distinct_requests(plan.path, plan.alerts, seed=plan.seed)
        self._idle: deque[_Connection] = deque()
        self._due: deque[float] = deque()
        self._statuses: dict[str, int] = {}
        self._latencies: list[float] = []
        self._begin_at = 0.0
        self._end_at = 0.0
        self._is_closing = False

    async def run(self) -> LoadResult:
        loop = asyncio.get_running_loop()
        for _ in range(self._plan.connections):
            _, connection = await loop.create_connection(
                lambda: _Connection(self), "127.0.0.1", self._plan.port
            )
            self._idle.append(connection)
        self._begin_at = perf_counter() + self._plan.warm_up_seconds
        self._end_at = self._begin_at + self._plan.seconds
        if self._plan.rate_per_second is None:
            while self._idle:
                self._idle.popleft().send(next(self._requests), perf_counter())
            await asyncio.sleep(self._end_at - perf_counter())
        else:
            await self._keep_schedule(self._plan.rate_per_second)
        self._is_closing = True
        return LoadResult(
            answered=sum(self._statuses.values()),
            seconds=self._plan.seconds,
            statuses=self._statuses,
            latencies_seconds=sorted(self._latencies),
        )

    async def _keep_schedule(self, rate_per_second: float) -> None:
        due_at = perf_counter()
        while due_at < self._end_at:
            now = perf_counter()
            while due_at <= now and due_at < self._end_at:
                self._due.append(due_at)
                due_at += 1 / rate_per_second
            self._send_due()
            await asyncio.sleep(_TICK_SECONDS)
        # What was due in time counts, however late its answer comes.
        give_up_at = perf_counter() + _DRAIN_SECONDS
        while len(self._idle) < self._plan.connections and perf_counter() < give_up_at:  # noqa: ASYNC110
            await asyncio.sleep(_TICK_SECONDS)
        unanswered = self._plan.connections - len(self._idle) + len(self._due)
        if unanswered:
            self._statuses["unanswered"] = unanswered

    def _send_due(self) -> None:
        while self._due and self._idle:
            self._idle.popleft().send(next(self._requests), self._due.popleft())

    def answered(self, connection: _Connection, status: bytes, due_at: float) -> None:
        now = perf_counter()
        counted_at = now if self._plan.rate_per_second is None else due_at
        if self._begin_at <= counted_at < self._end_at:
            key = status.decode()
            self._statuses[key] = self._statuses.get(key, 0) + 1
            self._latencies.append(now - due_at)
        if self._plan.rate_per_second is not None:
            self._idle.append(connection)
            self._send_due()
        elif now < self._end_at:
            connection.send(next(self._requests), now)

    def lost(self, error: Exception | None) -> None:
        if not self._is_closing:
            raise SystemExit(f"the server closed a connection: {error}")


def _main() -> None:
    plan = LoadPlan(**json.loads(sys.stdin.read()))
    result = uvloop.run(_Generator(plan).run())
    json.dump(asdict(result), sys.stdout)


if __name__ == "__main__":
    _main()
