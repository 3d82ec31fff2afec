"""The service with faults that a test may arm: `python -m tests.journey.faulty_service serve`.

A fault acts while the file `fault` in the working directory holds its name. Only tests run this:
it wraps the product's own classes before the product starts, and changes nothing in them.
"""

import asyncio
import functools
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from issue_intelligence.adapters.command.platform import CommandPlatform
from issue_intelligence.adapters.console.notifier import ConsoleNotifier
from issue_intelligence.adapters.database.inbound_log import DatabaseInboundLog
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.issue_ledger import DatabaseIssueLedger
from issue_intelligence.adapters.database.notice_log import DatabaseNoticeLog
from issue_intelligence.adapters.database.remediation_ledger import DatabaseRemediationLedger
from issue_intelligence.adapters.local_tracker.tracker import LocalTracker
from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.cli.main import run
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.worker.durable import DbosRun, DurableEngine

log = structlog.get_logger()

Call = Callable[[], Awaitable[Any]]
Fault = Callable[[Call], Awaitable[Any]]

ENTRY = ("-m", "tests.journey.faulty_service")
FAULT_FILE = "fault"
# Holds how many seconds the service's clock runs ahead.
CLOCK_FILE = "clock-ahead-seconds"
PATIENCE_SECONDS = 2


async def crash_before(_call: Call) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


async def crash_after(call: Call) -> Any:
    """Its work is done, and nobody has been told."""
    await call()
    os.kill(os.getpid(), signal.SIGKILL)


async def freeze_after(call: Call) -> Any:
    """Stand still, until a test says go on, as when the machine is paused."""
    result = await call()
    os.kill(os.getpid(), signal.SIGSTOP)
    return result


async def slow(call: Call) -> Any:
    """Leave time for another incident of the same cause to come to the same point."""
    await asyncio.sleep(1)
    return await call()


async def never_answers(_call: Call) -> Any:
    log.info("fault_hangs")
    await asyncio.sleep(3600)


async def refused(_call: Call) -> Any:
    raise PermanentError("the tracker refuses: no permission")


class FailsTwice:
    """The second failure comes after the work was done, as when an answer is lost."""

    def __init__(self) -> None:
        self._calls = 0

    async def __call__(self, call: Call) -> Any:
        self._calls += 1
        if self._calls == 1:
            raise TransientError("the tracker is away", retry_after_seconds=0.1)
        result = await call()
        if self._calls == 2:
            raise TransientError("the answer was lost", retry_after_seconds=0.1)
        return result


CRASHES: dict[str, tuple[type, str, Fault]] = {
    "before_alerts_are_stored": (DatabaseIncidentStore, "record_events", crash_before),
    "between_store_and_mark_dispatched": (DatabaseInboundLog, "mark_dispatched", crash_before),
    "between_claim_and_enqueue": (DurableEngine, "start", crash_before),
    "after_enqueue": (DurableEngine, "start", crash_after),
    "after_verdict_before_step": (DatabaseIncidentStore, "save_verdict", crash_after),
    "before_intent": (DatabaseIssueLedger, "intend", crash_before),
    "after_intent_before_effect": (DatabaseIssueLedger, "intend", crash_after),
    "after_create_before_record": (LocalTracker, "create", crash_after),
    "after_comment_before_record": (LocalTracker, "comment", crash_after),
    "after_record_before_step": (DatabaseIssueLedger, "complete", crash_after),
    "after_notice_intent": (DatabaseNoticeLog, "intend", crash_after),
    "after_notice_before_record": (ConsoleNotifier, "notify", crash_after),
    "before_finish": (DatabaseIncidentStore, "finish_run", crash_before),
    "after_finish_before_step": (DatabaseIncidentStore, "finish_run", crash_after),
}
# The alert's service is named after the crash.
RESTART_CRASHES: dict[str, tuple[type, str, Fault]] = {
    "before_restart_intent": (DatabaseRemediationLedger, "reserve", crash_before),
    "after_restart_intent": (DatabaseRemediationLedger, "reserve", crash_after),
    "after_restart_before_record": (CommandPlatform, "restart", crash_after),
    "after_restart_record_before_step": (DatabaseRemediationLedger, "performed", crash_after),
    "while_proving": (DbosRun, "pause", crash_before),
    "after_proof_before_step": (DatabaseRemediationLedger, "prove", crash_after),
}
FREEZES: dict[str, tuple[type, str, Fault]] = {
    "frozen_before_evidence": (DatabaseIncidentStore, "alerts_of", freeze_after),
    "frozen_after_intent": (DatabaseIssueLedger, "intend", freeze_after),
    "frozen_after_create": (LocalTracker, "create", freeze_after),
}
TROUBLES: dict[str, tuple[type, str, Fault]] = {
    "slow_create": (LocalTracker, "create", slow),
    "create_never_answers": (LocalTracker, "create", never_answers),
    "create_fails_twice": (LocalTracker, "create", FailsTwice()),
    "create_is_refused": (LocalTracker, "create", refused),
}


def _install(name: str, owner: type, method: str, fault: Fault) -> None:
    original: Callable[..., Awaitable[Any]] = getattr(owner, method)

    @functools.wraps(original)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        call = functools.partial(original, *args, **kwargs)
        return await (fault(call) if _content(FAULT_FILE) == name else call())

    setattr(owner, method, wrapped)


def _set_clock_ahead() -> None:
    original = SystemClock.now

    def now(clock: SystemClock) -> datetime:
        return original(clock) + timedelta(seconds=float(_content(CLOCK_FILE) or 0))

    setattr(SystemClock, "now", now)  # noqa: B010 (mypy refuses a method assigned in plain)


def _content(file_name: str) -> str:
    try:
        return Path(file_name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def main() -> None:
    for name, (owner, method, fault) in (CRASHES | RESTART_CRASHES | FREEZES | TROUBLES).items():
        _install(name, owner, method, fault)
    _set_clock_ahead()
    # A test does not wait as long as an operator may.
    DurableEngine.stop.__kwdefaults__ = {"patience_seconds": PATIENCE_SECONDS}
    run()


if __name__ == "__main__":
    main()
