"""Durable acks a second on PostgreSQL beside SQLite and a bare echo."""

import itertools
from contextlib import ExitStack
from statistics import median

from benchmarks.acks import ALERTS, CONNECTIONS, ROUNDS, in_turns
from benchmarks.figures import print_table, scratch_folder
from benchmarks.postgres import fresh_databases
from benchmarks.servers import ECHO, INTAKE_ONLY, ONE_COMMIT, ServerProcess


def main() -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(scratch_folder())
        grouped, single = stack.enter_context(fresh_databases())
        servers = {
            "echo": ServerProcess(ECHO, folder / "echo"),
            "SQLite": ServerProcess(INTAKE_ONLY, folder / "sqlite"),
            "PostgreSQL": ServerProcess(INTAKE_ONLY, folder / "grouped", env={"DATABASE_URL": grouped}),
            "one commit": ServerProcess(ONE_COMMIT, folder / "single", env={"DATABASE_URL": single}),
        }
        for server in servers.values():
            stack.enter_context(server).pause()
        measured = in_turns(servers)
    rows = []
    for alerts, connections in itertools.product(ALERTS, CONNECTIONS):
        rates = {
            name: median(result.per_second for result in measured[alerts, connections, name])
            for name in servers
        }
        rows.append(
            [
                str(alerts),
                str(connections),
                *(f"{rate:,.0f}" for rate in rates.values()),
                f"{rates['PostgreSQL'] / rates['echo']:.2f}",
                f"{rates['PostgreSQL'] / rates['one commit']:.1f}",
            ]
        )
    print_table(
        f"Durable acks a second, intake only (median of {ROUNDS}, interleaved)",
        [
            "alerts a request",
            "connections",
            "bare echo",
            "SQLite",
            "PostgreSQL",
            "PostgreSQL, one commit a request",
            "of the echo",
            "times one commit",
        ],
        rows,
    )
