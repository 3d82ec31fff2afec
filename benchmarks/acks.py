"""Durable acks a second beside a bare echo and one commit a request; ack latency under investigation."""

import itertools
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks import ack_latency
from benchmarks.figures import print_table, scratch_folder
from benchmarks.load import LoadPlan, LoadResult, run_load
from benchmarks.servers import ECHO, INTAKE_ONLY, ONE_COMMIT, SERVICE, ServerProcess

ROUNDS = 5
SECONDS = 1.0
CONNECTIONS = (1, 10, 50)
ALERTS = (1, 50)

_SERVERS = {
    "echo": ECHO,
    "one commit a request": ONE_COMMIT,
    "intake only": INTAKE_ONLY,
    "whole service": SERVICE,
}
_seeds = itertools.count(1)


def main() -> None:
    with scratch_folder() as folder:
        _throughput(folder)
        ack_latency.measure(folder)


def _throughput(folder: Path) -> None:
    with ExitStack() as stack:
        servers: dict[str, ServerProcess] = {}
        for name, module in _SERVERS.items():
            server = stack.enter_context(ServerProcess(module, folder / name.replace(" ", "-")))
            # Only the one that is measured may run, and the whole service keeps its backlog meanwhile.
            server.pause()
            servers[name] = server
        measured = in_turns(servers)
    rows = [
        _row({name: measured[alerts, connections, name] for name in _SERVERS}, alerts, connections)
        for alerts, connections in itertools.product(ALERTS, CONNECTIONS)
    ]
    print_table(
        f"Durable acks a second (median of {ROUNDS}, interleaved)",
        [
            "alerts a request",
            "connections",
            "bare echo",
            "one commit a request",
            "intake only",
            "of the echo",
            "times one commit",
            "whole service",
            "of the echo",
            "lowest to highest of intake only",
        ],
        rows,
    )


def in_turns(servers: Mapping[str, ServerProcess]) -> dict[tuple[int, int, str], list[LoadResult]]:
    """Measure all servers in each round; give the results by alerts a request, connections and name."""
    measured: dict[tuple[int, int, str], list[LoadResult]] = {}
    for _, alerts, connections, name in itertools.product(range(ROUNDS), ALERTS, CONNECTIONS, servers):
        result = _measure(servers[name], alerts=alerts, connections=connections)
        measured.setdefault((alerts, connections, name), []).append(result)
    return measured


def _measure(server: ServerProcess, *, alerts: int, connections: int) -> LoadResult:
    server.go_on()
    try:
        result = run_load(
            LoadPlan(
                port=server.port,
                connections=connections,
                alerts=alerts,
                seconds=SECONDS,
                seed=next(_seeds),
            )
        )
    finally:
        server.pause()
    if set(result.statuses) != {"200"}:
        raise RuntimeError(f"not every request was accepted: {result.statuses}")
    return result


def _row(results: dict[str, list[LoadResult]], alerts: int, connections: int) -> list[str]:
    rates = {name: median(result.per_second for result in runs) for name, runs in results.items()}
    spread = sorted(result.per_second for result in results["intake only"])
    return [
        str(alerts),
        str(connections),
        f"{rates['echo']:,.0f}",
        f"{rates['one commit a request']:,.0f}",
        f"{rates['intake only']:,.0f}",
        f"{rates['intake only'] / rates['echo']:.2f}",
        f"{rates['intake only'] / rates['one commit a request']:.1f}",
        f"{rates['whole service']:,.0f}",
        f"{rates['whole service'] / rates['echo']:.2f}",
        f"{spread[0]:,.0f} to {spread[-1]:,.0f}",
    ]
