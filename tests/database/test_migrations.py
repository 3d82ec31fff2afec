"""Migrations bring any database to this release's version, once, whoever starts first."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from issue_intelligence.adapters.database.engines import DatabaseUrls, sync_engine
from issue_intelligence.adapters.database.migrate import (
    SCHEMAS,
    alembic_config,
    current,
    upgrade,
    version_table,
)

ROOT = Path(__file__).parents[2]
NAMES = [name for name, _ in SCHEMAS]
UPGRADE = """
import sys
from pathlib import Path
from issue_intelligence.adapters.database.engines import database_urls
from issue_intelligence.adapters.database.migrate import upgrade
upgrade(database_urls(sys.argv[1], Path(sys.argv[2])))
"""


def test_empty_database_has_no_version_and_is_behind(empty_urls: DatabaseUrls) -> None:
    versions = current(empty_urls)
    assert versions.keys() == set(NAMES)
    for found, wanted in versions.values():
        assert found is None
        assert wanted


def test_upgrade_reaches_this_releases_version_and_a_second_changes_nothing(empty_urls: DatabaseUrls) -> None:
    upgrade(empty_urls)
    first = current(empty_urls)
    upgrade(empty_urls)
    assert current(empty_urls) == first
    assert all(found == wanted for found, wanted in first.values())


@pytest.mark.parametrize("schema", NAMES)
def test_tables_are_those_of_the_models(schema: str, urls: DatabaseUrls) -> None:
    engine = sync_engine(urls.intake if schema == "intake" else urls.pipeline)
    ours = dict(SCHEMAS)[schema]
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": version_table(schema),
                "compare_type": True,
                # Beside ours stand, on one PostgreSQL, the tables of the other schema and of the engine.
                "include_object": lambda _item, name, kind, _reflected, _other: (
                    kind != "table" or name in ours.tables
                ),
            },
        )
        differences = compare_metadata(context, ours)
        tables = set(inspect(connection).get_table_names())
    engine.dispose()
    assert differences == []
    assert ours.tables.keys() <= tables


@pytest.mark.parametrize("schema", NAMES)
def test_migrations_form_one_line(schema: str) -> None:
    script = ScriptDirectory.from_config(alembic_config(schema))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_processes_that_start_at_once_migrate_once(empty_urls: DatabaseUrls, tmp_path: Path) -> None:
    url = empty_urls.pipeline.render_as_string(hide_password=False)

    def start(_number: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", UPGRADE, url, str(tmp_path)],
            env={"PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=False,
        )

    with ThreadPoolExecutor(max_workers=3) as pool:
        runs = list(pool.map(start, range(3)))
    assert [run.returncode for run in runs] == [0, 0, 0], [run.stderr for run in runs]
    assert all(found == wanted for found, wanted in current(empty_urls).values())
