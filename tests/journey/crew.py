"""One receiver and two workers on one PostgreSQL, each a process of its own."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journey.auditor import Audit, audit, read_issues, wait_investigated
from tests.journey.failing_shop import failing_shop_log
from tests.journey.faulty_service import ENTRY, FAULT_FILE
from tests.journey.http_json import HttpJson
from tests.journey.sender import Record, Sender, alerts_of
from tests.journey.service_process import ServiceProcess

# A test does not wait as long as an operator may.
LEASE_SECONDS = 5
SETTLE_SECONDS = 120
_POLL_SECONDS = 0.05


class ReceiverProcess(ServiceProcess):
    def _command(self) -> Sequence[str]:
        return (*super()._command(), "--no-worker")


class WorkerProcess(ServiceProcess):
    """`issue-intelligence worker`, in which a fault may be armed."""

    def _command(self) -> Sequence[str]:
        return ("worker",)

    def wait_ready(self, timeout_seconds: float = 60) -> float:
        """Wait until its newest start says that it works."""
        started = time.monotonic()
        while time.monotonic() - started < timeout_seconds:
            assert self.is_running, self.output()
            if f'"pid": {self.pid}' in self.output():
                return time.monotonic() - started
            time.sleep(_POLL_SECONDS)
        raise AssertionError(f"the worker was not ready within {timeout_seconds:g} s:\n{self.output()}")

    def arm(self, fault: str) -> None:
        (self.folder / FAULT_FILE).write_text(fault, encoding="utf-8")

    def disarm(self) -> None:
        (self.folder / FAULT_FILE).unlink(missing_ok=True)

    def is_frozen(self) -> bool:
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        # The state stands behind the command's name, which is in parentheses.
        return stat.rpartition(")")[2].split()[0] == "T"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    receiver: ReceiverProcess
    workers: tuple[WorkerProcess, ...]

    def issues(self) -> list[Path]:
        return self.receiver.issues()

    def everybody(self) -> tuple[ServiceProcess, ...]:
        return (self.receiver, *self.workers)

    def start_missing(self) -> None:
        """Start whoever does not run, and wait until all work."""
        if not self.receiver.is_running:
            # It brings the tables up to date, which the others would wait for.
            self.receiver.start().wait_ready(60)
        for process in self.everybody():
            if not process.is_running:
                process.start()
        for process in self.everybody():
            process.wait_ready()

    def outputs(self) -> str:
        return "\n".join(f"--- {process.folder.name}\n{process.output()}" for process in self.everybody())


@contextmanager
def crew_at_work(
    folder: Path, database_url: str, *, workers: int = 2, lease_seconds: float = LEASE_SECONDS
) -> Iterator[Crew]:
    """All of them share the issue files and the log that they read."""
    env = {
        **failing_shop_log(folder),
        "DATABASE_URL": database_url,
        "LEASE_SECONDS": str(lease_seconds),
        "DATA_DIR": str(folder / "receiver" / "data"),
    }
    with ExitStack() as stack:
        crew = Crew(
            receiver=stack.enter_context(ReceiverProcess(folder / "receiver", env=env)),
            workers=tuple(
                stack.enter_context(WorkerProcess(folder / f"worker-{number}", env=env, entry=ENTRY))
                for number in range(workers)
            ),
        )
        crew.start_missing()
        yield crew


async def send(crew: Crew, record: Record, label: str, *, count: int = 1, causes: int = 1) -> None:
    await Sender(crew.receiver.url, record).send(alerts_of(count, causes=causes, label=label))


async def audited(crew: Crew, record: Record) -> Audit:
    """Wait until all is investigated, and compare; other tests may have left issues of their own."""
    await wait_investigated(crew.receiver.url, timeout_seconds=SETTLE_SECONDS)
    ours = [issue.path for issue in read_issues(crew.issues()) if issue.service in record.causes()]
    return await audit(crew.receiver.url, record, ours)


async def workers_at(crew: Crew) -> list[dict[str, Any]]:
    """Who works, as the receiver tells those who may read."""
    http = HttpJson(crew.receiver.url)
    try:
        _, health = await http.get("/health")
    finally:
        await http.close()
    workers: list[dict[str, Any]] = health["workers"]
    return workers
