"""A month of stored alerts decided again by `issue-intelligence backtest`, beside its limit."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import print_table, scratch_folder
from benchmarks.past_month import ALERTS, DAYS, fill

LIMIT_SECONDS = 120
_TRIED = {
    "the same rules and settings": (),
    "validation.min_error_count=60": ("--set", "validation.min_error_count=60"),
    "validation.min_confidence=90": ("--set", "validation.min_confidence=90"),
}


def main() -> None:
    with scratch_folder() as folder:
        begun_at = time.perf_counter()
        fill(folder)
        print(f"{ALERTS:,} alerts stored in {time.perf_counter() - begun_at:.0f} s", flush=True)
        size = sum(path.stat().st_size for path in folder.rglob("*")) / 1024**2
        rows = [_row(folder, name, options) for name, options in _TRIED.items()]
    print_table(
        f"`backtest` of {ALERTS:,} stored alerts ({size:,.0f} MiB), {os.cpu_count()} processes;"
        f" the limit is {LIMIT_SECONDS} s",
        ["tried", "seconds", "alerts a second", "incidents", "changed decisions of alerts", "labelled"],
        rows,
    )


def _row(folder: Path, name: str, options: tuple[str, ...]) -> list[str]:
    begun_at = time.perf_counter()
    command = [sys.executable, "-m", "issue_intelligence", "backtest", "--since", f"{DAYS + 1}d", "--json"]
    done = subprocess.run(
        [*command, *options],
        env={"PYTHONPATH": os.pathsep.join(sys.path), "DATA_DIR": str(folder)},
        cwd=folder,
        check=True,
        capture_output=True,
    )
    seconds = time.perf_counter() - begun_at
    document = json.loads(done.stdout)
    if document["alerts"] != ALERTS or (not options and document["changed"]):
        raise RuntimeError(f"{document['alerts']} alerts, {len(document['changed'])} changed")
    return [
        name,
        f"{seconds:.1f}",
        f"{ALERTS / seconds:,.0f}",
        f"{document['incidents']:,}",
        f"{len(document['changed']):,}",
        f"{document['labelled']:,}",
    ]
