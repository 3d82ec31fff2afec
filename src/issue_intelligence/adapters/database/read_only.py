"""Opens the pipeline's database so that nothing can be changed through it."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from issue_intelligence.adapters.database.engines import BUSY_TIMEOUT_MS
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.migrate import alembic_config, version_table
from issue_intelligence.adapters.database.postgres import Use, async_postgres_engine
from issue_intelligence.ports.errors import PermanentError

# A month of alerts is looked through once as a whole.
_READING = Use(connections=2, statement_ms=300_000)


async def open_read_only(url: URL) -> AsyncEngine:
    """Open it. Raises PermanentError when it is not there, or not at this release's version."""
    is_file = url.get_backend_name() == "sqlite"
    if is_file and not await asyncio.to_thread(Path(url.database or "").is_file):
        raise PermanentError(f"there is no database at {url.database} yet")
    engine = _sqlite_engine(url) if is_file else _postgres_engine(url)
    async with AsyncExitStack() as unless_it_serves:
        unless_it_serves.push_async_callback(engine.dispose)
        with translated():
            async with engine.connect() as connection:
                found = await connection.run_sync(_version)
        wanted = ScriptDirectory.from_config(alembic_config("pipeline")).get_current_head()
        if found != wanted:
            raise PermanentError(
                f"the database is at version {found or 'none'} and this release needs {wanted};"
                " run `issue-intelligence db upgrade`"
            )
        unless_it_serves.pop_all()
    return engine


def _version(connection: Connection) -> str | None:
    options = {"version_table": version_table("pipeline")}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _postgres_engine(url: URL) -> AsyncEngine:
    return async_postgres_engine(url, _READING).execution_options(postgresql_readonly=True)


def _sqlite_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(url.set(drivername="sqlite+aiosqlite"), pool_size=2, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def refuse_writes(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        # https://www.sqlite.org/pragma.html#pragma_query_only
        cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine
