"""Writes who changed what."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.report_tables import audit


async def note_change(
    connection: AsyncConnection,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    details: dict[str, Any],
) -> None:
    """Add a row to `audit`; `details` are what JSON can say."""
    await connection.execute(
        insert(audit).values(
            at=at,
            actor=fitting(actor, audit.c.actor),
            action=action,
            subject=fitting(subject, audit.c.subject),
            details=details,
        )
    )
