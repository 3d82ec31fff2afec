"""Opens the databases: SQLite tuned to survive a power cut, or PostgreSQL."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from issue_intelligence.adapters.database.postgres import (
    INTAKE,
    LEASES,
    MIGRATIONS,
    PIPELINE,
    WORKFLOWS,
    WRITER,
    Use,
    async_postgres_engine,
    postgres_engine,
)

# Reading connections say so, and then take no write lock on SQLite.
READ_ONLY = "issue_intelligence_read_only"
BUSY_TIMEOUT_MS = 20_000
# SQLITE_FULL, SQLITE_IOERR and SQLITE_CANTOPEN as https://www.sqlite.org/rescode.html words them.
_DISK_TROUBLE = ("database or disk is full", "disk I/O error", "unable to open database file")


class DatabaseUrlError(ValueError):
    """DATABASE_URL names something that we cannot use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Databases:
    """One handle a use. On SQLite three files, so that no writer waits for another's fsync."""

    pipeline: AsyncEngine
    intake: AsyncEngine
    # Used by the group-commit thread alone.
    intake_writer: Engine
    # The durable engine's own.
    workflows: Engine
    # For leases alone, so that a renewal waits for nothing else; None on SQLite, where one process works.
    leases: AsyncEngine | None
    # Set when the process is about to end: then nothing waits for a full disk any longer.
    stopping: Event = field(default_factory=Event)

    async def dispose(self) -> None:
        await self.pipeline.dispose()
        await self.intake.dispose()
        self.intake_writer.dispose()
        self.workflows.dispose()
        if self.leases is not None:
            await self.leases.dispose()

    def forget_on_power_cut(self) -> None:
        """Do without waiting for the disk, for data that nobody misses; call it before the first use."""
        engine = self.pipeline.sync_engine
        if engine.dialect.name != "sqlite":
            return

        @event.listens_for(engine, "connect")
        def set_pragma(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.close()

    def reading(self) -> AsyncEngine:
        return self.pipeline.execution_options(**{READ_ONLY: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseUrls:
    pipeline: URL
    intake: URL
    workflows: URL


def database_urls(database_url: str, data_dir: Path) -> DatabaseUrls:
    """Tell where everything is kept; "" means SQLite files in `data_dir`.

    Raises DatabaseUrlError for anything but SQLite files and PostgreSQL.
    """
    if not database_url:
        database_url = f"sqlite:///{data_dir / 'issue-intelligence.db'}"
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUrlError("DATABASE_URL is not a database URL") from error
    backend = url.get_backend_name()
    if backend in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
        return DatabaseUrls(pipeline=url, intake=url, workflows=url)
    if backend == "sqlite":
        if not url.database or url.database == ":memory:":
            raise DatabaseUrlError("DATABASE_URL: SQLite needs a file, since memory survives no restart")
        path = Path(url.database)
        return DatabaseUrls(
            pipeline=URL.create("sqlite", database=str(path)),
            intake=URL.create("sqlite", database=str(path.with_name(f"{path.stem}-intake{path.suffix}"))),
            workflows=URL.create(
                "sqlite", database=str(path.with_name(f"{path.stem}-workflows{path.suffix}"))
            ),
        )
    raise DatabaseUrlError(f"DATABASE_URL: {backend} is not supported; use postgresql:// or sqlite:///")


def open_databases(urls: DatabaseUrls) -> Databases:
    """Open all handles; nothing connects before its first use."""
    stopping = Event()
    return Databases(
        pipeline=_async_engine(urls.pipeline, PIPELINE),
        intake=_async_engine(urls.intake, INTAKE),
        intake_writer=sync_engine(urls.intake, WRITER),
        workflows=_workflow_engine(urls.workflows, stopping),
        leases=_lease_engine(urls.pipeline),
        stopping=stopping,
    )


def _lease_engine(url: URL) -> AsyncEngine | None:
    return None if url.get_backend_name() == "sqlite" else async_postgres_engine(url, LEASES)


def sync_engine(url: URL, use: Use = MIGRATIONS) -> Engine:
    if url.get_backend_name() != "sqlite":
        return postgres_engine(url, use)
    _make_folder(url)
    engine = create_engine(url, connect_args={"check_same_thread": False})
    _tune_sqlite(engine)
    _begin_ourselves(engine)
    return engine


def _make_folder(url: URL) -> None:
    # Raw webhooks lie here as they came, secrets included, so a folder that we make is ours alone.
    Path(url.database or "").parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _workflow_engine(url: URL, stopping: Event) -> Engine:
    """Open a database for the durable engine, which begins its transactions itself."""
    if url.get_backend_name() != "sqlite":
        return postgres_engine(url, WORKFLOWS, stopping=stopping)
    _make_folder(url)
    # The driver then begins a transaction before the first write, and at once with the write lock.
    engine = create_engine(url, connect_args={"check_same_thread": False, "isolation_level": "IMMEDIATE"})
    _tune_sqlite(engine)
    _wait_out_a_full_disk(engine, stopping)
    return engine


def _wait_out_a_full_disk(engine: Engine, stopping: Event) -> None:
    """Have the durable engine repeat what a full disk refused.

    It repeats a statement for as long as SQLite says "database is locked", and lets a workflow fail
    for anything else. A run that had done its work would then end without its record.
    """

    @event.listens_for(engine, "handle_error")
    def call_it_locked(context: ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, sqlite3.OperationalError) and not stopping.is_set():
            message = str(error)
            if any(sign in message for sign in _DISK_TROUBLE):
                error.args = (f"database is locked, since: {message}",)


def _async_engine(url: URL, use: Use) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return async_postgres_engine(url, use)
    _make_folder(url)
    # No overflow: its connections are opened and closed again for every use, 27 ms each in a storm.
    engine = create_async_engine(url.set(drivername="sqlite+aiosqlite"), pool_size=12, max_overflow=0)
    _tune_sqlite(engine.sync_engine)
    _begin_ourselves(engine.sync_engine)
    return engine


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        # NORMAL would lose the last commits in a power cut, and with them acknowledged alerts.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def _begin_ourselves(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def leave_transactions_to_us(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes can fail at once with "database is locked",
        # whatever the busy timeout; an immediate one waits its turn.
        reading = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
