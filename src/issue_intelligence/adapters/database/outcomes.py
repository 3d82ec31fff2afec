"""Writes what came of an incident beside its alerts, where the mission's schema has it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.codec import decode
from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.report_tables import remediation_attempts, tracked_issues
from issue_intelligence.adapters.database.tables import alert_events, incidents, verdicts
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.ports.incident_store import Run


async def copy_outcome(connection: AsyncConnection, run: Run, now: datetime) -> None:
    """Write a finished run's outcome beside its alerts, where the mission's schema has it."""
    query = (
        select(verdicts)
        .where(verdicts.c.incident_id == run.incident_id, verdicts.c.revision <= run.revision)
        .order_by(verdicts.c.revision.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return
    verdict = decode(row.verdict, Verdict)
    validation, categorization = verdict.validation, verdict.categorization
    told = await _issue_told_in(connection, run.incident_id, row.issue_key)
    attempt = (
        await connection.execute(
            select(remediation_attempts).where(
                remediation_attempts.c.incident_id == run.incident_id,
                remediation_attempts.c.revision == run.revision,
            )
        )
    ).one_or_none()
    values: dict[str, Any] = {
        "investigated_at": now,
        "is_real_issue": validation.is_real_issue,
        "confidence": validation.confidence,
        "validation_reason": validation.reason,
        "conclusion": validation.conclusion.value,
        "severity": categorization.severity.value,
        "type": categorization.type.value,
        "component": fitting(categorization.component, alert_events.c.component),
        **told,
    }
    if attempt is not None and attempt.attempted:
        values |= {
            "remediation_attempted": True,
            "remediation_success": attempt.success,
            "remediation_strategy": attempt.strategy,
        }
    await connection.execute(
        update(alert_events).where(alert_events.c.incident_id == run.incident_id).values(values)
    )
    parts = select(incidents.c.id).where(incidents.c.joined_to == run.incident_id)
    await connection.execute(update(alert_events).where(alert_events.c.incident_id.in_(parts)).values(told))


async def _issue_told_in(connection: AsyncConnection, incident_id: str, issue_key: str) -> dict[str, Any]:
    """Find the issue in which an incident is told: its own, or that of the incident it is part of."""
    leader = incidents.alias("leader")
    leading = (
        select(leader.c.issue_key)
        .join(incidents, incidents.c.joined_to == leader.c.id)
        .where(incidents.c.id == incident_id)
    )
    key = (await connection.execute(leading)).scalar_one_or_none() or issue_key
    query = select(tracked_issues).where(tracked_issues.c.issue_key == key)
    issue = (await connection.execute(query)).one_or_none()
    return {
        "github_issue_number": issue.number if issue else None,
        "github_issue_url": issue.url if issue else None,
        "created_issue_at": issue.created_at if issue else None,
    }
