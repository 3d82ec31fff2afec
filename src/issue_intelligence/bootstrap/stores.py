"""Opens the databases, and brings their tables up to date."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from issue_intelligence.adapters.database.alert_history import DatabaseAlertHistory
from issue_intelligence.adapters.database.dead_letters import DatabaseDeadLetters
from issue_intelligence.adapters.database.deployments import DatabaseDeployments
from issue_intelligence.adapters.database.engines import (
    Databases,
    DatabaseUrlError,
    DatabaseUrls,
    database_urls,
    open_databases,
)
from issue_intelligence.adapters.database.episodes import DatabaseEpisodes
from issue_intelligence.adapters.database.feedback import DatabaseFeedback
from issue_intelligence.adapters.database.group_commit import GroupCommitter
from issue_intelligence.adapters.database.ignore_patterns import DatabaseIgnorePatterns
from issue_intelligence.adapters.database.inbound_log import DatabaseInboundLog
from issue_intelligence.adapters.database.incident_archive import DatabaseIncidentArchive
from issue_intelligence.adapters.database.incident_joins import DatabaseIncidentJoins
from issue_intelligence.adapters.database.incident_pages import DatabaseIncidentPages
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.issue_ledger import DatabaseIssueLedger
from issue_intelligence.adapters.database.known_issues import DatabaseKnownIssues
from issue_intelligence.adapters.database.looking_again import DatabaseFiringAlerts
from issue_intelligence.adapters.database.maintenance import DatabaseMaintenance
from issue_intelligence.adapters.database.migrate import current, upgrade
from issue_intelligence.adapters.database.notice_log import DatabaseNoticeLog
from issue_intelligence.adapters.database.notice_threads import DatabaseNoticeThreads
from issue_intelligence.adapters.database.remediation_ledger import DatabaseRemediationLedger
from issue_intelligence.adapters.database.silences import DatabaseSilences
from issue_intelligence.adapters.database.usual_history import DatabaseUsualHistory
from issue_intelligence.adapters.database.worker_leases import DatabaseWorkerLeases
from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.knowledge.seeds import seed_entries
from issue_intelligence.ports.known_issue_store import KnownIssueStore
from issue_intelligence.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What the database adapter offers, under our ports."""

    databases: Databases
    committer: GroupCommitter
    inbound: DatabaseInboundLog
    incidents: DatabaseIncidentStore
    joins: DatabaseIncidentJoins
    ledger: DatabaseIssueLedger
    remediations: DatabaseRemediationLedger
    notices: DatabaseNoticeLog
    notice_threads: DatabaseNoticeThreads
    silences: DatabaseSilences
    maintenance: DatabaseMaintenance
    ignore_patterns: DatabaseIgnorePatterns
    firing: DatabaseFiringAlerts
    dead_letters: DatabaseDeadLetters
    known_issues: DatabaseKnownIssues
    deployments: DatabaseDeployments
    feedback: DatabaseFeedback
    history: DatabaseAlertHistory
    archive: DatabaseIncidentArchive
    usual: DatabaseUsualHistory
    episodes: DatabaseEpisodes
    incident_pages: DatabaseIncidentPages
    # None on SQLite, where one process works.
    leases: DatabaseWorkerLeases | None


def urls_of(settings: Settings) -> DatabaseUrls:
    try:
        return database_urls(settings.database_url, settings.data_dir)
    except DatabaseUrlError as error:
        raise SettingsError(str(error)) from error


def open_stores(settings: Settings) -> Stores:
    databases = open_databases(urls_of(settings))
    committer = GroupCommitter(databases.intake_writer)
    incidents = DatabaseIncidentStore(databases)
    joins = DatabaseIncidentJoins(databases)
    return Stores(
        databases=databases,
        committer=committer,
        inbound=DatabaseInboundLog(databases, committer),
        incidents=incidents,
        joins=joins,
        ledger=DatabaseIssueLedger(databases),
        remediations=DatabaseRemediationLedger(databases),
        notices=DatabaseNoticeLog(databases),
        notice_threads=DatabaseNoticeThreads(databases),
        silences=DatabaseSilences(databases),
        maintenance=DatabaseMaintenance(databases),
        ignore_patterns=DatabaseIgnorePatterns(databases),
        firing=DatabaseFiringAlerts(databases),
        dead_letters=DatabaseDeadLetters(databases),
        known_issues=DatabaseKnownIssues(databases, SystemClock()),
        deployments=DatabaseDeployments(databases),
        feedback=DatabaseFeedback(databases),
        history=DatabaseAlertHistory(databases, incidents),
        archive=DatabaseIncidentArchive(databases),
        usual=DatabaseUsualHistory(databases),
        episodes=DatabaseEpisodes(databases, incidents),
        incident_pages=DatabaseIncidentPages(databases, incidents, joins),
        leases=DatabaseWorkerLeases(databases.leases) if databases.leases is not None else None,
    )


@asynccontextmanager
async def known_issue_store(settings: Settings) -> AsyncIterator[KnownIssueStore]:
    """Open the knowledge base alone, seeded, for the command line."""
    await upgrade_stores(settings)
    stores = open_stores(settings)
    try:
        await stores.known_issues.add_missing(seed_entries())
        yield stores.known_issues
    finally:
        await stores.databases.dispose()


async def upgrade_stores(settings: Settings) -> None:
    """Bring the tables to this release's version."""
    await asyncio.to_thread(upgrade, urls_of(settings))


def store_versions(settings: Settings) -> dict[str, tuple[str | None, str | None]]:
    """Tell each schema's version in the database (None: not there yet) and in this release."""
    return current(urls_of(settings))
