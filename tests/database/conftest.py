"""A database for each test. A second kind joins by one more parameter of `database_urls`."""

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


@pytest.fixture(params=["sqlite"])
def empty_urls(request: pytest.FixtureRequest, tmp_path: Path) -> DatabaseUrls:
    """Where an empty database of each kind is."""
    assert request.param == "sqlite"
    return urls_of("", tmp_path)


@pytest.fixture
def urls(empty_urls: DatabaseUrls) -> DatabaseUrls:
    """Where a database at this release's version is."""
    upgrade(empty_urls)
    return empty_urls


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
