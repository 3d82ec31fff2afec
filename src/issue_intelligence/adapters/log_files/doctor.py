"""Whether LOG_FILES means files that are there and may be read."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from issue_intelligence.adapters.daemon_thread import in_daemon_thread
from issue_intelligence.adapters.log_files.files import expand_pattern, find_files
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.check import CheckResult, ResultsOf
from issue_intelligence.ports.errors import PermanentError

_RESULTS = ResultsOf(system="Log files")


async def check_log_files(
    pattern: str, services: Sequence[Service], now: datetime
) -> tuple[CheckResult, ...]:
    """Look for the files of each service; without {service} in the pattern all share theirs."""
    return await in_daemon_thread(lambda: _check_all(pattern, services, now))


def _check_all(pattern: str, services: Sequence[Service], now: datetime) -> tuple[CheckResult, ...]:
    names = [service.name for service in services if not service.answers_for_all]
    if "{service}" not in pattern:
        return (_check(pattern, "", now),)
    if not names:
        # Which services there are shows only in alerts, so any name will do.
        return (_check(pattern.replace("{service}", "*"), "", now),)
    return tuple(_check(pattern, name, now) for name in names)


def _check(pattern: str, service: str, now: datetime) -> CheckResult:
    whose = f" of {service}" if service else ""
    try:
        found = find_files(expand_pattern(pattern, service), from_at=now)
    except PermanentError as error:
        why = str(error).partition(";")[0]
        return _RESULTS.failed(f"Nothing to read{whose}: {why}.", "Correct LOG_FILES.")
    unreadable = [str(file.path) for file in found.files if not _can_read(file.path)]
    if unreadable:
        more = f" and {len(unreadable) - 1} more" if len(unreadable) > 1 else ""
        what = f"{unreadable[0]}{more} may not be read."
        return _RESULTS.failed(what, "Let this service's user read the logs, for instance by its group.")
    if not found.files:
        return _RESULTS.failed(f"No regular file{whose}: {'; '.join(found.notes)}.", "Correct LOG_FILES.")
    counted = f"{len(found.files)} file{'s' if len(found.files) > 1 else ''}"
    if found.notes:
        return _RESULTS.warning(
            f"{counted}{whose} can be read; {'; '.join(found.notes)}.", "Correct LOG_FILES."
        )
    return _RESULTS.ok(f"{counted}{whose} can be read.")


def _can_read(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError:
        return False
    return True
