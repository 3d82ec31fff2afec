"""Writes the next migration of one schema from what its tables have become.

    PYTHONPATH=src .venv/bin/python scripts/new_migration.py pipeline "silences get an owner"

It migrates a fresh SQLite database to the newest version, compares it with the tables, and writes
the difference below adapters/database/migrations. Read what it wrote, and edit it: a rename, for one,
looks like a drop and an addition.
"""

import argparse
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from issue_intelligence.adapters.database.engines import database_urls, sync_engine
from issue_intelligence.adapters.database.migrate import SCHEMAS, alembic_config, upgrade


def next_revision(schema: str) -> str:
    """Name the version after the newest: "p0002" is followed by "p0003"."""
    newest = ScriptDirectory.from_config(alembic_config(schema)).get_current_head()
    return f"{schema[0]}{int(newest[1:]) + 1 if newest else 1:04d}"


def write_migration(schema: str, message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        urls = database_urls("", Path(folder))
        upgrade(urls)
        engine = sync_engine(urls.intake if schema == "intake" else urls.pipeline)
        with engine.begin() as connection:
            command.revision(
                alembic_config(schema, connection), message, autogenerate=True, rev_id=next_revision(schema)
            )
        engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the next migration of one schema.")
    parser.add_argument("schema", choices=[name for name, _ in SCHEMAS])
    parser.add_argument("message", help="What changes, in a few words; it becomes the file's name.")
    arguments = parser.parse_args()
    write_migration(arguments.schema, arguments.message)


if __name__ == "__main__":
    main()
