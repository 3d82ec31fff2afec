"""Whether our own database can be used, and whether the disk has room."""

import os
import shutil
from pathlib import Path

from sqlalchemy import URL, text

from issue_intelligence.adapters.daemon_thread import in_daemon_thread
from issue_intelligence.adapters.database.engines import DatabaseUrls, sync_engine
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.migrate import current
from issue_intelligence.ports.check import CheckResult, ResultsOf
from issue_intelligence.ports.errors import OutsideError, PermanentError

_RESULTS = ResultsOf(system="Database")
_DISK = ResultsOf(system="Disk")
CONNECT_SECONDS = 5
LITTLE_BYTES = 1 << 30
TOO_LITTLE_BYTES = 100 << 20


async def check_database(urls: DatabaseUrls) -> tuple[CheckResult, ...]:
    return (await in_daemon_thread(lambda: _check_database(urls)),)


def _check_database(urls: DatabaseUrls) -> CheckResult:
    if urls.pipeline.get_backend_name() == "sqlite":
        # Opening files that are not there would make them, and this changes nothing.
        missing = [path for path in map(_path, (urls.pipeline, urls.intake)) if not path.exists()]
        if missing:
            return _not_there_yet(missing[0])
    else:
        urls = _in_bounded_time(urls)
    try:
        behind = [schema for schema, (found, wanted) in current(urls).items() if found != wanted]
        for url in (urls.intake, urls.pipeline):
            _prove_commit(url)
    except OutsideError as error:
        advice = "See whether it runs, is full or is read-only, and whether DATABASE_URL is right."
        return _RESULTS.failed(f"It cannot be used: {error}.", advice)
    if behind:
        what = f"It can be used, and its tables ({', '.join(behind)}) are not of this release's version."
        return _RESULTS.warning(what, "Start the service, or run `issue-intelligence db upgrade`.")
    return _RESULTS.ok("It can be written to, and its tables are of this release's version.")


def _not_there_yet(path: Path) -> CheckResult:
    folder = _existing(path.parent)
    if os.access(folder, os.W_OK | os.X_OK):
        return _RESULTS.ok(f"{path} is not there yet; the first start makes it.")
    advice = "Let this service's user write there, or correct DATA_DIR."
    return _RESULTS.failed(f"{path} is not there, and {folder} may not be written to.", advice)


def _path(url: URL) -> Path:
    return Path(url.database or "")


def _in_bounded_time(urls: DatabaseUrls) -> DatabaseUrls:
    """Have a server that never answers give us back our thread."""
    return DatabaseUrls(
        pipeline=urls.pipeline.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)}),
        intake=urls.intake.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)}),
        workflows=urls.workflows,
    )


def _prove_commit(url: URL) -> None:
    """Show that a transaction may write, and leave nothing behind. Raises OutsideError."""
    engine = sync_engine(url)
    try:
        with translated(), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                # On a replica, or where somebody turned writing off.
                if connection.execute(text("SHOW transaction_read_only")).scalar_one() == "on":
                    raise PermanentError("it takes no writes")
                # What gets a number is committed to disk, though it changed nothing.
                connection.execute(text("SELECT pg_current_xact_id()"))
            else:
                # What is set already is written and changes nothing.
                version = connection.execute(text("PRAGMA user_version")).scalar_one()
                connection.execute(text(f"PRAGMA user_version = {int(version)}"))
    finally:
        engine.dispose()


async def check_disk(data_dir: Path) -> tuple[CheckResult, ...]:
    """Look at the room where `data_dir` is or will be."""
    return (await in_daemon_thread(lambda: _check_disk(data_dir)),)


def _check_disk(data_dir: Path) -> CheckResult:
    folder = _existing(data_dir)
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return _DISK.failed(f"{folder} cannot be looked at: {error.strerror}.", "Correct DATA_DIR.")
    return judge_room(data_dir, free)


def judge_room(data_dir: Path, free_bytes: int) -> CheckResult:
    told = f"{free_bytes / (1 << 30):.1f} GiB are free for {data_dir}"
    if free_bytes < TOO_LITTLE_BYTES:
        return _DISK.failed(f"Only {told}: soon no alert can be kept.", "Make room, or move DATA_DIR.")
    if free_bytes < LITTLE_BYTES:
        return _DISK.warning(f"Only {told}.", "Make room, or move DATA_DIR.")
    return _DISK.ok(f"{told}.")


def _existing(folder: Path) -> Path:
    folder = folder.absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
