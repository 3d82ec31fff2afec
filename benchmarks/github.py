"""From POST to GitHub issue, and 50 incidents through a GitHub that fails a third of the time."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bodies import SampleAlert, grafana_body, rfc3339
from benchmarks.client import Client
from benchmarks.fakes import loki_with_full_windows, slack
from benchmarks.figures import print_table, quantile, scratch_folder
from benchmarks.servers import SERVICE, ServerProcess
from benchmarks.shop_logs import WINDOW_LINES, write_log
from tests.fakes.github import FakeGitHub, RandomFaults

IDLE_SAMPLES = 30
INCIDENTS = 50
FAILING = 1 / 3
_POLL_SECONDS = 0.002
_PATIENCE_SECONDS = 600.0
# More than expected would be a defect, so give it a moment to show.
_SETTLE_SECONDS = 5.0


def main() -> None:
    with scratch_folder() as folder:
        idle = _idle(folder / "idle")
        everything = _with_all_fakes(folder / "all")
        failing = _failing(folder / "failing")
    print_table(
        f"From POST to GitHub issue ({WINDOW_LINES:,} log lines a window, a second between writes)",
        ["state", "samples", "p50 s", "p95 s"],
        [idle, everything],
    )
    print_table(
        f"{INCIDENTS} incidents through a GitHub that fails a third of the time",
        ["incidents", "issues", "requests", "of them failed", "on the dead-letter list", "all created after"],
        [failing],
    )


def service_with_fakes(
    folder: Path, services: list[str], github: FakeGitHub, *, more: Mapping[str, str] | None = None
) -> ServerProcess:
    """A service, not started yet, that reads full windows of log and writes to this GitHub.

    `more` are further variables, such as the address of another fake: LOKI_URL, SLACK_API_URL.
    """
    now = datetime.now(UTC)  # noqa: TID251
    for name in services:
        write_log(folder / "logs" / f"{name}.log", name, until=now)
    env = {
        **({"LOG_FILES": str(folder / "logs" / "{service}.log")} if services else {}),
        "GITHUB_API_URL": github.url,
        "GITHUB_TOKEN": github.token,
        "GITHUB_REPOSITORY": github.repository.full_name,
        **(more or {}),
    }
    return ServerProcess(SERVICE, folder, env=env)


def _idle(folder: Path) -> list[str]:
    services = [f"idle-{number:02d}" for number in range(IDLE_SAMPLES + 1)]
    with FakeGitHub() as github, service_with_fakes(folder, services, github) as server:
        return _row("logs from files", _one_after_another(server, github, services))


def _with_all_fakes(folder: Path) -> list[str]:
    services = [f"all-{number:02d}" for number in range(IDLE_SAMPLES + 1)]
    with (
        FakeGitHub() as github,
        slack() as (workspace, slack_env),
        loki_with_full_windows(services) as loki_env,
    ):
        with service_with_fakes(folder, [], github, more=slack_env | loki_env) as server:
            row = _row("logs from Loki, notices to Slack", _one_after_another(server, github, services))
            time.sleep(_SETTLE_SECONDS)
        if workspace.made("chat.postMessage") < len(services):
            raise RuntimeError("not every incident was told to Slack")
        return row


def _one_after_another(server: ServerProcess, github: FakeGitHub, services: list[str]) -> list[float]:
    durations = []
    for number, service in enumerate(services):
        # The server closes a connection that was idle while the issue before was made.
        client = Client(server.port)
        begun_at = time.perf_counter()
        client.post(grafana_body([_alert(service, number)]))
        _wait_for(github, number + 1)
        durations.append(time.perf_counter() - begun_at)
    _check(github)
    # The first makes the labels too, once in a repository's life.
    return durations[1:]


def _row(state: str, durations: list[float]) -> list[str]:
    quantiles = [f"{quantile(durations, part):.2f}" for part in (0.5, 0.95)]
    return [state, str(len(durations)), *quantiles]


def _failing(folder: Path) -> list[str]:
    services = [f"failing-{number:02d}" for number in range(INCIDENTS)]
    quick = {"GITHUB_WRITE_INTERVAL_SECONDS": "0.05"}
    with FakeGitHub() as github, service_with_fakes(folder, services, github, more=quick) as server:
        github.random_faults = RandomFaults(FAILING)
        client = Client(server.port)
        begun_at = time.perf_counter()
        for number, service in enumerate(services):
            client.post(grafana_body([_alert(service, number)]))
        _wait_for(github, INCIDENTS)
        duration = time.perf_counter() - begun_at
        time.sleep(_SETTLE_SECONDS)
        incidents = {alert["incident_id"] for alert in Client(server.port).alerts()}
        _check(github)
        found = len(github.issues)
        if len(incidents) != INCIDENTS or found != INCIDENTS:
            raise RuntimeError(f"{len(incidents)} incidents and {found} issues of {INCIDENTS} causes")
        dead = _dead_letters(server)
        return [
            str(len(incidents)),
            str(found),
            str(len(github.requests)),
            str(github.random_faults.met),
            dead,
            f"{duration:.0f} s",
        ]


def _wait_for(github: FakeGitHub, number: int) -> None:
    give_up_at = time.perf_counter() + _PATIENCE_SECONDS
    while len(github.repository.issues) < number:
        if time.perf_counter() > give_up_at:
            raise RuntimeError(f"{len(github.issues)} issues of {number} were created in time")
        time.sleep(_POLL_SECONDS)


def _check(github: FakeGitHub) -> None:
    """Raise when a request was wrong, or two issues carry one mark."""
    if github.violations:
        raise RuntimeError(f"GitHub's description forbids: {github.violations[:3]}")
    marks = [issue.body.splitlines()[-1] for issue in github.issues]
    if len(set(marks)) != len(marks):
        raise RuntimeError("a mark was written twice")


def _dead_letters(server: ServerProcess) -> str:
    lines = server.text("/metrics").splitlines()
    name = "issue_intelligence_dead_letters "
    return next((str(int(float(line.removeprefix(name)))) for line in lines if line.startswith(name)), "?")


def _alert(service: str, number: int) -> SampleAlert:
    return SampleAlert(
        service=service,
        alert_name=f"HighErrorRate-{service}",
        fingerprint=f"{number:016x}",
        starts_at=rfc3339(datetime.now(UTC)),  # noqa: TID251
    )
