"""What the service costs: start-up, memory idle and in a storm, CPU idle, installed size."""

import threading
import time
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from benchmarks.figures import print_table, scratch_folder
from benchmarks.journey import (
    STORM_ALERTS,
    STORM_CAUSES,
    send_storm,
    service_with_logs,
    storm_services,
    wait_until_investigated,
)
from benchmarks.servers import ServerProcess

STARTS = 3
IDLE_SECONDS = 20.0
_SETTLE_SECONDS = 3.0
_SAMPLE_SECONDS = 0.05
_MIB = 1024 * 1024


def main() -> None:
    services = storm_services()
    starts = []
    with scratch_folder() as folder:
        for number in range(STARTS):
            # The first start of a folder also creates the tables.
            with service_with_logs(folder / str(number), services) as server:
                starts.append(server.start_seconds)
        with service_with_logs(folder / "0", services) as again:
            restart_seconds = again.start_seconds
        with service_with_logs(folder / "storm", services) as server:
            time.sleep(_SETTLE_SECONDS)
            idle_mib, idle_cpu = _idle(server)
            peak = _PeakMemory(server)
            peak.start()
            send_storm(server.port, services)
            wait_until_investigated(server.port)
            peak_mib = peak.stop() / _MIB
            time.sleep(_SETTLE_SECONDS)
            after_mib = server.rss_bytes() / _MIB
    size_mib, packages = installed_size()
    storm = f"storm of {STORM_ALERTS:,} alerts of {STORM_CAUSES} causes"
    print_table(
        "Footprint (memory: resident, of the whole process tree)",
        ["what", "measured", "limit"],
        [
            ["start to ready, new folder", f"{sorted(starts)[STARTS // 2]:.2f} s (median of {STARTS})", ""],
            ["start to ready, existing folder", f"{restart_seconds:.2f} s", ""],
            ["memory idle", f"{idle_mib:.0f} MiB", "200 MB"],
            [f"memory peak, {storm}", f"{peak_mib:.0f} MiB", "512 MB"],
            ["memory after the storm", f"{after_mib:.0f} MiB", ""],
            [f"CPU idle over {IDLE_SECONDS:.0f} s", f"{100 * idle_cpu:.1f} % of a core", ""],
            ["installed, runtime packages' files", f"{size_mib:.0f} MiB in {packages} packages", "200 MB"],
        ],
    )


def installed_size() -> tuple[float, int]:
    """Sum the sizes of the files that our package and, recursively, what it needs have installed, in MiB.

    Development packages do not count, nor do compiled caches, which the interpreter writes.
    """
    found: dict[str, Distribution] = {}
    waiting = ["issue-intelligence"]
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        waiting += _requirements(found[name])
    files = [
        Path(str(file.locate()))
        for package in found.values()
        for file in package.files or ()
        if not str(file).endswith(".pyc")
    ]
    # An editable installation lists none of our own files.
    files += list((Path(__file__).parent.parent / "src").rglob("*.py"))
    return sum(path.stat().st_size for path in set(files) if path.is_file()) / _MIB, len(found)


def _requirements(package: Distribution) -> list[str]:
    names = []
    for text in package.requires or ():
        requirement = Requirement(text)
        # Extras that a requirement asks for are followed as if they were plain: a few bytes too many.
        if requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in ("", "asyncio", "binary")
        ):
            names.append(requirement.name)
    return names


def _idle(server: ServerProcess) -> tuple[float, float]:
    before = server.cpu_seconds()
    time.sleep(IDLE_SECONDS)
    return server.rss_bytes() / _MIB, (server.cpu_seconds() - before) / IDLE_SECONDS


class _PeakMemory(threading.Thread):
    def __init__(self, server: ServerProcess) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._highest = 0
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.wait(_SAMPLE_SECONDS):
            self._highest = max(self._highest, self._server.rss_bytes())

    def stop(self) -> int:
        """End the sampling; give the highest sum seen."""
        self._stopping.set()
        self.join()
        return self._highest
