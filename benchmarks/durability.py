"""Kills the real service and counts what is missing or there twice: `python -m benchmarks.durability`.

The sender's own record and the issue files are compared, never our tables. Loopback only; bounded in
count and in time; kills only the processes it started.
"""

import asyncio
import json
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.journey.auditor import audit, wait_investigated
from tests.journey.failing_shop import failing_shop_log
from tests.journey.sender import STARTED_AT, Record, Sender, alerts_of
from tests.journey.service_process import ServiceProcess

SEED = 20261124
CAUSES = 20
KILLS = 20
# About as long as a whole journey takes, so that kills come at any moment of it.
LONGEST_PAUSE_SECONDS = 0.8
SETTLE_SECONDS = 600


@dataclass(kw_only=True)
class Result:
    """One line of the table; times in seconds."""

    scenario: str
    acknowledged: int = 0
    unanswered: int = 0
    kills: int = 0
    missing: int = 0
    not_investigated: int = 0
    issues_expected: int = 0
    issues_found: int = 0
    twice: int = 0
    # Sending, pauses, kills and restarts.
    load_seconds: float = 0
    # From the start of the new process until it takes alerts: the longest of all restarts.
    ready_seconds: float = 0
    # From then until every alert has its verdict.
    investigated_seconds: float = 0
    audit_seconds: float = 0


@dataclass(kw_only=True)
class Run:
    service: ServiceProcess
    chance: random.Random
    result: Result
    record: Record = field(default_factory=Record)

    def kill(self) -> None:
        self.service.kill()
        self.result.kills += 1

    def restart(self) -> None:
        self.service.start()
        self.result.ready_seconds = max(self.result.ready_seconds, self.service.wait_ready(60))


async def kill_after_last_ack(run: Run, count: int) -> None:
    await Sender(run.service.url, run.record, connections=50).send(alerts_of(count, causes=CAUSES))
    run.kill()
    run.restart()


async def kill_in_mid_load(run: Run, count: int) -> None:
    moment = run.chance.randint(count // 5, count * 4 // 5)

    def kill_at_that_moment(record: Record) -> None:
        if len(record.acknowledged) == moment:
            run.kill()

    sender = Sender(run.service.url, run.record, connections=50, on_ack=kill_at_that_moment)
    await sender.send(alerts_of(count, causes=CAUSES))
    run.restart()


async def kill_at_random_moments(run: Run, count: int) -> None:
    for number in range(KILLS):
        alerts = alerts_of(count, causes=2, label=f"kill{number:02d}")
        await Sender(run.service.url, run.record).send(alerts)
        await asyncio.sleep(run.chance.uniform(0, LONGEST_PAUSE_SECONDS))
        run.kill()
        run.restart()


SCENARIOS: list[tuple[str, Callable[[Run, int], Awaitable[None]], int]] = [
    ("200, kill -9 right after the last ack", kill_after_last_ack, 200),
    ("200, kill -9 in mid-load", kill_in_mid_load, 200),
    ("20,000, kill -9 right after the last ack", kill_after_last_ack, 20_000),
    ("20,000, kill -9 in mid-load", kill_in_mid_load, 20_000),
    (f"{KILLS} kills at random moments", kill_at_random_moments, 10),
]


async def measure(
    scenario: str, act: Callable[[Run, int], Awaitable[None]], count: int, folder: Path
) -> Result:
    run = Run(
        service=ServiceProcess(folder, env=failing_shop_log(folder)),
        chance=random.Random(SEED),
        result=Result(scenario=scenario),
    )
    with run.service:
        run.service.start().wait_ready()
        started = time.monotonic()
        await act(run, count)
        acted = time.monotonic()
        await wait_investigated(run.service.url, timeout_seconds=SETTLE_SECONDS)
        investigated = time.monotonic()
        # The end of the process waits for the last steps, so what is on file is final.
        run.service.terminate()
        run.restart()
        audit_started = time.monotonic()
        found = await audit(run.service.url, run.record, run.service.issues(), look_up_at_most=1_000)
    result = run.result
    result.acknowledged, result.unanswered = found.acknowledged, len(run.record.unanswered)
    result.missing, result.not_investigated = len(found.missing), len(found.not_investigated)
    result.issues_expected, result.issues_found = found.issues_expected, found.issues_found
    result.twice = len(found.twice)
    result.load_seconds = acted - started
    result.investigated_seconds = investigated - acted
    result.audit_seconds = time.monotonic() - audit_started
    return result


def main() -> dict[str, Any]:
    results = []
    for scenario, act, count in SCENARIOS:
        with tempfile.TemporaryDirectory(prefix="durability-") as folder:
            result = asyncio.run(measure(scenario, act, count, Path(folder)))
        results.append(asdict(result))
        print(_line(result), flush=True)
    return {
        "benchmark": "durability",
        "at": STARTED_AT,
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "seed": SEED,
        "results": results,
    }


_HEAD = (
    f"{'scenario':<42}{'acked':>7}{'missing':>9}{'no verdict':>12}{'issues':>8}{'of':>5}{'twice':>7}"
    f"{'load s':>8}{'ready s':>9}{'done s':>8}{'audit s':>9}"
)


def _line(result: Result) -> str:
    return (
        f"{result.scenario:<42}{result.acknowledged:>7}{result.missing:>9}{result.not_investigated:>12}"
        f"{result.issues_found:>8}{result.issues_expected:>5}{result.twice:>7}{result.load_seconds:>8.1f}"
        f"{result.ready_seconds:>9.2f}{result.investigated_seconds:>8.1f}{result.audit_seconds:>9.1f}"
    )


if __name__ == "__main__":
    print(_HEAD)
    report = main()
    print(f"{report['at']}, {report['machine']}, seed {report['seed']}")
    if "--json" in sys.argv:
        print(json.dumps(report))
