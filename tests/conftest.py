"""What all tests share: the real parts that some of them need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from issue_intelligence.adapters.database.engines import database_urls
from issue_intelligence.adapters.database.migrate import upgrade
from tests.postgres_server import PostgresServer, running_postgres
from tests.real_parts import ALERTMANAGER, POSTGRESQL, pytest_terminal_summary, require_real_part

__all__ = ["pytest_terminal_summary"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that start processes one after another where several run at once: they want the machine."""
    for item in items:
        if item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.xdist_group("journey"))


@pytest.fixture(scope="session")
def alertmanager_program() -> Path:
    return require_real_part(ALERTMANAGER)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One real PostgreSQL for all; a test that stops it must start it again."""
    with running_postgres(require_real_part(POSTGRESQL)) as server:
        yield server


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """DATABASE_URL of an empty database of the test's own."""
    name = postgres_server.new_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> str:
    """A database at this release's version, to be copied."""
    name = postgres_server.new_database()
    upgrade(database_urls(postgres_server.url(name), Path()))
    return name


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, migrated_template: str) -> Iterator[str]:
    """DATABASE_URL of a database of the test's own, at this release's version."""
    name = postgres_server.new_database(template=migrated_template)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """DATABASE_URL of each kind: "" for SQLite files in the data folder, still to be made."""
    if request.param == "sqlite":
        return ""
    url: str = request.getfixturevalue("postgres_url")
    return url
