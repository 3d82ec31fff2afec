"""A database of each kind for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from issue_intelligence.adapters.database.engines import Databases, DatabaseUrls, open_databases
from issue_intelligence.adapters.database.engines import database_urls as urls_of
from issue_intelligence.adapters.database.group_commit import GroupCommitter
from issue_intelligence.adapters.database.inbound_log import DatabaseInboundLog
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.issue_ledger import DatabaseIssueLedger
from issue_intelligence.adapters.database.migrate import upgrade


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_urls(request: pytest.FixtureRequest, tmp_path: Path) -> DatabaseUrls:
    """Where an empty database of each kind is."""
    url = request.getfixturevalue("empty_postgres_url") if request.param == "postgresql" else ""
    return urls_of(url, tmp_path)


@pytest.fixture
def urls(database_url: str, tmp_path: Path) -> DatabaseUrls:
    """Where a database of each kind at this release's version is."""
    urls = urls_of(database_url, tmp_path)
    if not database_url:
        upgrade(urls)
    return urls


@pytest.fixture
async def databases(urls: DatabaseUrls) -> AsyncIterator[Databases]:
    opened = open_databases(urls)
    yield opened
    await opened.dispose()


@pytest.fixture
def incidents(databases: Databases) -> DatabaseIncidentStore:
    return DatabaseIncidentStore(databases)


@pytest.fixture
def ledger(databases: Databases) -> DatabaseIssueLedger:
    return DatabaseIssueLedger(databases)


@pytest.fixture
async def committer(databases: Databases) -> AsyncIterator[GroupCommitter]:
    started = GroupCommitter(databases.intake_writer)
    started.start()
    yield started
    await started.stop()


@pytest.fixture
def inbound(databases: Databases, committer: GroupCommitter) -> DatabaseInboundLog:
    return DatabaseInboundLog(databases, committer)
