"""What every benchmark prints beside its figures, and how."""

import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory


def machine() -> str:
    now = datetime.now(UTC)  # noqa: TID251  (a measurement carries its date)
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return (
        f"{now:%Y-%m-%d %H:%M} UTC, {cores} cores of {_cpu_model()}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.release()}, load average {load:.1f} before the run"
    )


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table, which docs/benchmarks.md can take as it is."""
    print(f"\n### {title}\n", flush=True)
    print(f"| {' | '.join(columns)} |")
    print(f"|{'|'.join('---' for _ in columns)}|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(flush=True)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder on the disk of the checkout: /tmp may be memory, where an fsync costs nothing."""
    build = Path(__file__).parent.parent / "build"
    build.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir=build) as name:
        yield Path(name)


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "an unknown processor"
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
