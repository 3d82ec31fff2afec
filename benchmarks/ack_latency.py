"""Ack latency at 500 alerts a second, alone and while 20 investigations run."""

import itertools
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bodies import SampleAlert, grafana_body, rfc3339
from benchmarks.client import Client
from benchmarks.figures import print_table
from benchmarks.load import LoadPlan, LoadResult, run_load
from benchmarks.servers import SERVICE, ServerProcess
from benchmarks.shop_logs import WINDOW_LINES, write_log

RATE_PER_SECOND = 500
SECONDS = 15.0
INVESTIGATIONS = 20
ROUNDS = 3
_POLL_SECONDS = 0.05
_QUANTILES = (0.5, 0.95, 0.99, 1.0)


def measure(folder: Path) -> None:
    services = [f"shop-{number:02d}" for number in range(INVESTIGATIONS)]
    rows = []
    for number in range(ROUNDS):
        logs = folder / f"logs-{number}"
        for service in services:
            write_log(logs / f"{service}.log", service, until=datetime.now(UTC))  # noqa: TID251
        env = {"LOG_FILES": str(logs / "{service}.log")}
        with ServerProcess(SERVICE, folder / f"latency-{number}", env=env) as server:
            rows.append(_row("alone", _load(server, seed=1), 0))
            feeder = _Feeder(server.port, services)
            feeder.start()
            feeder.wait_for_first()
            before = feeder.finished
            result = _load(server, seed=2)
            finished = feeder.finished - before
            feeder.stop()
            rows.append(_row(f"{INVESTIGATIONS} investigations at once", result, finished))
    print_table(
        f"Ack latency at {RATE_PER_SECOND} alerts/s, open loop, {SECONDS:.0f} s each "
        f"(aim: p99 under 50 ms; windows of {WINDOW_LINES:,} lines)",
        ["while", "p50 ms", "p95 ms", "p99 ms", "max ms", "answered", "investigations finished"],
        rows,
    )


def _load(server: ServerProcess, *, seed: int) -> LoadResult:
    plan = LoadPlan(
        port=server.port,
        connections=50,
        seconds=SECONDS,
        rate_per_second=RATE_PER_SECOND,
        warm_up_seconds=1.0,
        seed=seed,
    )
    return run_load(plan)


def _row(name: str, result: LoadResult, finished: int) -> list[str]:
    latencies = [f"{result.latency_ms(quantile):.1f}" for quantile in _QUANTILES]
    if set(result.statuses) != {"200"}:
        raise RuntimeError(f"not every request was accepted: {result.statuses}")
    return [name, *latencies, f"{result.answered:,}", str(finished)]


class _Feeder(threading.Thread):
    """Keeps as many investigations under way as there are services: each end brings a new cause."""

    def __init__(self, port: int, services: list[str]) -> None:
        super().__init__(daemon=True)
        self.finished = 0
        self._client = Client(port)
        self._services = services
        self._numbers = itertools.count()
        self._first = threading.Event()
        self._stopping = threading.Event()
        self._failure: Exception | None = None

    def run(self) -> None:
        try:
            under_way = {service: self._begin(service) for service in self._services}
            while not self._stopping.is_set():
                for service, alert_id in under_way.items():
                    if self._client.get(f"/alerts/{alert_id}")["status"] == "investigated":
                        self.finished += 1
                        self._first.set()
                        under_way[service] = self._begin(service)
                time.sleep(_POLL_SECONDS)
        except (OSError, RuntimeError) as error:
            self._failure = error

    def wait_for_first(self) -> None:
        if not self._first.wait(60):
            raise RuntimeError(f"no investigation finished within a minute: {self._failure}")

    def stop(self) -> None:
        self._stopping.set()
        self.join()
        if self._failure is not None:
            raise self._failure

    def _begin(self, service: str) -> str:
        number = next(self._numbers)
        alert = SampleAlert(
            service=service,
            # Another rule opens another incident, and every incident is investigated at once.
            alert_name=f"HighErrorRate{number}",
            fingerprint=f"{number:016x}",
            starts_at=rfc3339(datetime.now(UTC)),  # noqa: TID251
        )
        return self._client.post(grafana_body([alert]))[0]
