"""Memory and time of `analyze` over a long log without two like lines: python -m benchmarks.long_log."""

import random
import resource
import subprocess
import sys
from pathlib import Path

from benchmarks.figures import machine, print_table, scratch_folder

_LINES = 1_000_000


def main() -> None:
    print(machine())
    with scratch_folder() as folder:
        log = folder / "long.log"
        _write(log)
        megabytes = log.stat().st_size / 1e6
        with log.open("rb") as text:
            subprocess.run(
                [sys.executable, "-m", "issue_intelligence", "analyze", "-", "--json"],
                stdin=text,
                stdout=subprocess.DEVNULL,
                check=True,
            )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print_table(
        "analyze --json from standard input",
        ["lines", "MB", "memory at most, MB", "processor time, s"],
        [
            [
                f"{_LINES:,}",
                f"{megabytes:.0f}",
                f"{used.ru_maxrss / 1e3:.0f}",
                f"{used.ru_utime + used.ru_stime:.0f}",
            ]
        ],
    )


def _write(path: Path) -> None:
    choice = random.Random(7)
    words = ["".join(choice.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(30_000)]
    with path.open("w", encoding="ascii") as out:
        for number in range(_LINES):
            clock = f"{number // 3_600_000:02}:{number // 60_000 % 60:02}:{number // 1_000 % 60:02}"
            level = "ERROR" if number % 3 else "INFO"
            text = " ".join(choice.choices(words, k=10))
            out.write(f"2026-11-24T{clock}.{number % 1_000:03}Z {level} {text}\n")


if __name__ == "__main__":
    main()
