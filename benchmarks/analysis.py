"""Log analysis and redaction in lines a second of processor time, beside a bare loop over the same lines."""

import csv
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.figures import print_table
from benchmarks.shop_logs import WINDOW_LINES, distinct_lines, log_lines
from issue_intelligence.core.investigate import error_signs, masking
from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.redact.redaction import redact

ROUNDS = 5
# Lies beside some checkouts; the benchmark does without where it is not there.
_LOGHUB = Path(__file__).parent.parent.parent / "shared" / "data" / "loghub"


def main() -> None:
    until = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    sets: dict[str, Sequence[str]] = {
        "ordinary lines (generated)": list(log_lines("shop", until=until, lines=WINDOW_LINES)),
        "distinct lines (generated)": distinct_lines(WINDOW_LINES),
    }
    for path in sorted(_LOGHUB.glob("*_2k.log_structured.csv")):
        with path.open(encoding="utf-8", newline="") as rows:
            sets[f"Loghub {path.name.partition('_')[0]}"] = [row["Content"] for row in csv.DictReader(rows)]
    print_table(
        f"Lines a second of processor time (median of {ROUNDS}, nothing remembered from round to round)",
        ["lines", "number", "bare loop", "reading", "analysis of lines read", "both", "redaction"],
        [_row(name, lines) for name, lines in sets.items()],
    )


def _row(name: str, lines: Sequence[str]) -> list[str]:
    read = [read_log_line(number, text) for number, text in enumerate(lines, start=1)]
    reading = _seconds(lambda: [read_log_line(number, text) for number, text in enumerate(lines, start=1)])
    analysis = _seconds(lambda: analyze_log(read))
    durations = [
        _seconds(lambda: [len(text) for text in lines]),
        reading,
        analysis,
        reading + analysis,
        _seconds(lambda: [redact(text) for text in lines]),
    ]
    return [name, f"{len(lines):,}", *(f"{len(lines) / seconds:,.0f}" for seconds in durations)]


def _seconds(work: Callable[[], object]) -> float:
    durations = []
    for _ in range(ROUNDS):
        _forget()
        # Others may use the same cores meanwhile.
        begun_at = time.process_time()
        work()
        durations.append(time.process_time() - begun_at)
    return median(durations)


def _forget() -> None:
    """Empty the caches: a second round over the same lines would find every line there."""
    for remembered in (masking._mask, masking._mask_path, error_signs._has_signature):
        remembered.cache_clear()
