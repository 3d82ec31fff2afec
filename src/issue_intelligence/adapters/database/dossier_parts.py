"""Reads the parts of an incident's dossier: of each the newest, oldest first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.codec import decode, from_plain
from issue_intelligence.adapters.database.report_tables import (
    dead_letters,
    effects,
    issue_decisions,
    notifications,
    remediation_attempts,
)
from issue_intelligence.adapters.database.tables import alert_events, alert_updates, verdicts
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.ports.incident_archive import (
    AlertUpdate,
    Decision,
    IssueDecision,
    IssueEffect,
    Remediation,
    SentNotice,
    StoredAlert,
    Untold,
)

# A storm has thousands of alerts, and a page that nobody can read helps nobody.
MAX_ALERTS = 50
MAX_UPDATES = 100
MAX_LOOKS = 20


async def alerts_of(connection: AsyncConnection, incident_id: str) -> tuple[StoredAlert, ...]:
    query = (
        select(alert_events)
        .where(alert_events.c.incident_id == incident_id)
        .order_by(alert_events.c.sequence.desc())
        .limit(MAX_ALERTS)
    )
    return tuple(
        StoredAlert(
            # What the sender last said of the episode stands in the columns.
            alert=from_plain(row.alert | {"status": row.status, "ends_at": row.ends_at}, Alert),
            context=from_plain(row.context, AlertContext),
            received_at=row.received_at,
            repeats=row.repeat_count,
        )
        for row in await _oldest_first(connection, query)
    )


async def updates_of(connection: AsyncConnection, alert_ids: Sequence[str]) -> tuple[AlertUpdate, ...]:
    query = (
        select(alert_updates)
        .where(alert_updates.c.alert_id.in_(alert_ids))
        .order_by(alert_updates.c.id.desc())
        .limit(MAX_UPDATES)
    )
    rows = await _oldest_first(connection, query)
    return tuple(AlertUpdate(alert_id=row.alert_id, at=row.at, what=row.update_type) for row in rows)


async def decisions_of(connection: AsyncConnection, incident_id: str) -> tuple[Decision, ...]:
    query = (
        select(verdicts)
        .where(verdicts.c.incident_id == incident_id)
        .order_by(verdicts.c.revision.desc())
        .limit(MAX_LOOKS)
    )
    return tuple(
        Decision(revision=row.revision, decided_at=row.decided_at, verdict=decode(row.verdict, Verdict))
        for row in await _oldest_first(connection, query)
    )


async def remediations_of(connection: AsyncConnection, incident_id: str) -> tuple[Remediation, ...]:
    query = (
        select(remediation_attempts)
        .where(remediation_attempts.c.incident_id == incident_id)
        .order_by(remediation_attempts.c.revision.desc())
        .limit(MAX_LOOKS)
    )
    return tuple(
        Remediation(revision=row.revision, at=row.attempted_at, result=decode(row.result, RemediationResult))
        for row in await _oldest_first(connection, query)
    )


async def issue_decisions_of(connection: AsyncConnection, incident_id: str) -> tuple[IssueDecision, ...]:
    query = (
        select(issue_decisions)
        .where(issue_decisions.c.incident_id == incident_id)
        .order_by(issue_decisions.c.revision.desc())
        .limit(MAX_LOOKS)
    )
    return tuple(
        IssueDecision(revision=row.revision, action=row.action, reason=row.reason, decided_at=row.decided_at)
        for row in await _oldest_first(connection, query)
    )


async def effects_of(connection: AsyncConnection, incident_id: str) -> tuple[IssueEffect, ...]:
    query = (
        select(effects)
        .where(effects.c.incident_id == incident_id)
        .order_by(effects.c.intended_at.desc(), effects.c.marker)
        .limit(MAX_LOOKS)
    )
    return tuple(
        IssueEffect(
            kind=row.kind,
            state=row.state,
            issue_number=row.issue_number,
            intended_at=row.intended_at,
            done_at=row.done_at,
            reason=row.reason,
        )
        for row in await _oldest_first(connection, query)
    )


async def notices_of(connection: AsyncConnection, incident_id: str) -> tuple[SentNotice, ...]:
    query = (
        select(notifications)
        .where(notifications.c.incident_id == incident_id)
        .order_by(notifications.c.intended_at.desc(), notifications.c.marker)
        .limit(MAX_LOOKS)
    )
    return tuple(
        SentNotice(
            channel=row.channel,
            notice=from_plain(row.notice, IncidentNotice),
            intended_at=row.intended_at,
            sent_at=row.sent_at,
        )
        for row in await _oldest_first(connection, query)
    )


async def untold_of(connection: AsyncConnection, incident_id: str) -> tuple[Untold, ...]:
    query = (
        select(dead_letters)
        .where(dead_letters.c.incident_id == incident_id)
        .order_by(dead_letters.c.id.desc())
        .limit(MAX_LOOKS)
    )
    rows = await _oldest_first(connection, query)
    return tuple(Untold(step=row.step, reason=row.reason, at=row.at) for row in rows)


async def _oldest_first(connection: AsyncConnection, newest_first: Select[Any]) -> list[Any]:
    return list(reversed((await connection.execute(newest_first)).all()))
