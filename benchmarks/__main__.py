"""Runs all benchmarks, or those named: python -m benchmarks [acks] [acks-postgres] [journey] …"""

import sys
import time

from benchmarks import (
    acks,
    acks_postgres,
    analysis,
    backtest,
    footprint,
    github,
    hostile_text,
    journey,
    log_grouping,
    matching,
    redaction,
    scenarios,
    stack_traces,
)
from benchmarks.figures import machine

BENCHMARKS = {
    "acks": acks.main,
    "acks-postgres": acks_postgres.main,
    "journey": journey.main,
    "github": github.main,
    "footprint": footprint.main,
    "analysis": analysis.main,
    "stack-traces": stack_traces.main,
    "matching": matching.main,
    "log-grouping": log_grouping.main,
    "redaction": redaction.main,
    "hostile-text": hostile_text.main,
    "backtest": backtest.main,
    "scenarios": scenarios.main,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    print(machine())
    for name in names or BENCHMARKS:
        begun_at = time.perf_counter()
        BENCHMARKS[name]()
        print(f"{name}: {time.perf_counter() - begun_at:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
