"""From POST to written issue: idle, and in a storm of 1,000 alerts of 20 causes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bodies import SampleAlert, grafana_body, rfc3339
from benchmarks.client import Client
from benchmarks.figures import print_table, quantile, scratch_folder
from benchmarks.servers import SERVICE, ServerProcess
from benchmarks.shop_logs import WINDOW_LINES, write_log

IDLE_SAMPLES = 30
STORM_ALERTS = 1_000
STORM_CAUSES = 20
_SENDERS = 8
_POLL_SECONDS = 0.002
_PATIENCE_SECONDS = 120.0


def main() -> None:
    with scratch_folder() as folder:
        rows = [_idle(folder / "idle"), _storm(folder / "storm")]
    print_table(
        f"From POST to written issue (windows of {WINDOW_LINES:,} log lines a service)",
        ["state", "samples", "p50 s", "p95 s", "incidents", "issues", "all alerts investigated after"],
        rows,
    )


def service_with_logs(folder: Path, services: list[str]) -> ServerProcess:
    """A service, not started yet, whose log source has a full window for each name."""
    now = datetime.now(UTC)  # noqa: TID251
    for name in services:
        write_log(folder / "logs" / f"{name}.log", name, until=now)
    return ServerProcess(SERVICE, folder, env={"LOG_FILES": str(folder / "logs" / "{service}.log")})


def send_storm(port: int, services: list[str]) -> list[float]:
    """Send every alert in a request of its own, the causes in turn; give when each cause was first sent."""
    alerts = [_alert(services[number % len(services)], number) for number in range(STORM_ALERTS)]
    clients = threading.local()

    def send(alert: SampleAlert) -> float:
        if not hasattr(clients, "client"):
            clients.client = Client(port)
        sent_at = time.perf_counter()
        clients.client.post(grafana_body([alert]))
        return sent_at

    with ThreadPoolExecutor(_SENDERS) as pool:
        return list(pool.map(send, alerts))[: len(services)]


def storm_services() -> list[str]:
    return [f"storm-{number:02d}" for number in range(STORM_CAUSES)]


def wait_until_investigated(port: int) -> list[dict[str, object]]:
    """Wait for the end of the storm; give its alerts as the API shows them."""
    client, give_up_at = Client(port), time.perf_counter() + _PATIENCE_SECONDS
    while time.perf_counter() < give_up_at:
        # One cheap question at a time: reading a thousand alerts over and over would be a load of its own.
        if not client.get("/alerts/history?status=received&limit=1")["alerts"]:
            alerts = list(client.alerts())
            if len(alerts) == STORM_ALERTS and all(alert["status"] == "investigated" for alert in alerts):
                return alerts
        time.sleep(0.1)
    raise RuntimeError("the storm was not investigated in time")


class _IssueWatch(threading.Thread):
    """Notes when each issue file appears."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.seen_at: dict[Path, float] = {}
        self._folder = folder
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.wait(_POLL_SECONDS):
            for path in self._folder.glob("[!.]*.md"):
                self.seen_at.setdefault(path, time.perf_counter())

    def wait_for(self, number: int) -> None:
        give_up_at = time.perf_counter() + _PATIENCE_SECONDS
        while len(self.seen_at) < number:
            if time.perf_counter() > give_up_at:
                raise RuntimeError(f"{len(self.seen_at)} issues of {number} were written in time")
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        self._stopping.set()
        self.join()


def _idle(folder: Path) -> list[str]:
    services = [f"idle-{number:02d}" for number in range(IDLE_SAMPLES)]
    durations = []
    with service_with_logs(folder, services) as server:
        watch = _IssueWatch(folder / "data" / "issues")
        watch.start()
        client = Client(server.port)
        for number, service in enumerate(services):
            begun_at = time.perf_counter()
            client.post(grafana_body([_alert(service, number)]))
            watch.wait_for(number + 1)
            durations.append(max(watch.seen_at.values()) - begun_at)
        watch.stop()
        incidents = {alert["incident_id"] for alert in client.alerts()}
    return _row("idle, one after another", durations, incidents=len(incidents), issues=len(watch.seen_at))


def _storm(folder: Path) -> list[str]:
    services = storm_services()
    with service_with_logs(folder, services) as server:
        watch = _IssueWatch(folder / "data" / "issues")
        watch.start()
        begun_at = time.perf_counter()
        sent_at = dict(zip(services, send_storm(server.port, services), strict=True))
        alerts = wait_until_investigated(server.port)
        ended_at = time.perf_counter()
        watch.wait_for(STORM_CAUSES)
        # More than expected would be a defect, so give it a moment to show.
        time.sleep(1)
        watch.stop()
        durations = [
            seen_at - sent_at[_service_of(path, services)] for path, seen_at in watch.seen_at.items()
        ]
    incidents = {alert["incident_id"] for alert in alerts}
    if len(incidents) != STORM_CAUSES or len(watch.seen_at) != STORM_CAUSES:
        raise RuntimeError(
            f"{len(incidents)} incidents and {len(watch.seen_at)} issues of {STORM_CAUSES} causes"
        )
    name = f"storm of {STORM_ALERTS:,} alerts of {STORM_CAUSES} causes"
    return _row(
        name,
        durations,
        incidents=len(incidents),
        issues=len(watch.seen_at),
        investigated=f"{ended_at - begun_at:.1f} s",
    )


def _row(
    name: str, durations: list[float], *, incidents: int, issues: int, investigated: str = ""
) -> list[str]:
    return [
        name,
        str(len(durations)),
        f"{quantile(durations, 0.5):.2f}",
        f"{quantile(durations, 0.95):.2f}",
        str(incidents),
        str(issues),
        investigated,
    ]


def _service_of(path: Path, services: list[str]) -> str:
    text = path.read_text(encoding="utf-8")
    return next(service for service in services if service in text)


def _alert(service: str, number: int) -> SampleAlert:
    return SampleAlert(
        service=service,
        alert_name=f"HighErrorRate-{service}",
        fingerprint=f"{number:016x}",
        starts_at=rfc3339(datetime.now(UTC)),  # noqa: TID251
    )
