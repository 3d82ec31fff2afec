"""Brings the tables to the version of this release; safe when several processes start at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, MetaData, text

from issue_intelligence.adapters.database import (  # noqa: F401  (registers tables)
    feedback_tables,
    quiet_tables,
    report_tables,
    usual_tables,
    worker_tables,
)
from issue_intelligence.adapters.database.engines import DatabaseUrls, sync_engine
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.event_numbers import number_events_after_dispatched
from issue_intelligence.adapters.database.intake_tables import intake_metadata
from issue_intelligence.adapters.database.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
# An arbitrary number that only migrations use.
ADVISORY_LOCK = 7_203_114_502
LOCK_MS = 10_000

# Name, its tables: each is migrated on its own, since on SQLite they are files of their own.
SCHEMAS: tuple[tuple[str, MetaData], ...] = (("intake", intake_metadata), ("pipeline", metadata))


def alembic_config(schema: str, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(MIGRATIONS / schema))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = dict(SCHEMAS)[schema]
    config.attributes["version_table"] = version_table(schema)
    return config


def version_table(schema: str) -> str:
    return f"schema_version_{schema}"


@contextmanager
def _opened(url: URL) -> Iterator[Engine]:
    engine = sync_engine(url)
    try:
        with translated():
            yield engine
    finally:
        engine.dispose()


def upgrade(urls: DatabaseUrls) -> None:
    """Migrate everything to this release's version. Raises TransientError while the database is away."""
    for schema, _ in SCHEMAS:
        # On SQLite the transaction is IMMEDIATE, so that a second process waits here.
        with _opened(_url_of(schema, urls)) as engine, engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
                # A change of a table that waits for its lock has everyone else wait behind it.
                connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_MS}ms'"))
            command.upgrade(alembic_config(schema, connection), "head")
    with _opened(urls.intake) as intake, _opened(urls.pipeline) as pipeline:
        number_events_after_dispatched(intake, pipeline)


def current(urls: DatabaseUrls) -> dict[str, tuple[str | None, str | None]]:
    """Tell each schema's version in the database (None: not there yet) and in this release."""
    versions: dict[str, tuple[str | None, str | None]] = {}
    for schema, _ in SCHEMAS:
        with _opened(_url_of(schema, urls)) as engine, engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": version_table(schema)})
            head = ScriptDirectory.from_config(alembic_config(schema)).get_current_head()
            versions[schema] = (context.get_current_revision(), head)
    return versions


def _url_of(schema: str, urls: DatabaseUrls) -> URL:
    return urls.intake if schema == "intake" else urls.pipeline
