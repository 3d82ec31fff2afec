"""Reads and writes incidents as rows."""

from typing import Any

from sqlalchemy import Column, Row

from issue_intelligence.adapters.database.tables import incidents
from issue_intelligence.core.model.incident import Incident, IncidentStatus, Join, JoinReason


def incident_from(row: Row[Any]) -> Incident:
    return Incident(
        id=row.id,
        key=row.key,
        service=row.service,
        environment=row.environment,
        alert_name=row.alert_name,
        status=IncidentStatus(row.status),
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        alert_count=row.alert_count,
        revision=row.revision,
        started_revision=row.started_revision,
        handled_revision=row.handled_revision,
        recheck_at=row.recheck_at,
        joined=join_from(row),
        kept_apart=row.kept_apart,
    )


def join_from(row: Row[Any]) -> Join | None:
    if row.joined_to is None:
        return None
    return Join(
        into=row.joined_to,
        reason=JoinReason(row.join_reason),
        text=row.join_text,
        at=row.joined_at,
        by=row.joined_by,
    )


def fitting(text: str, column: Column[str]) -> str:
    """Cut a sender's name to its column: PostgreSQL would refuse it, and with it the whole delivery."""
    return text[: getattr(column.type, "length", None)]


def incident_row(incident: Incident) -> dict[str, Any]:
    """Every column but `issue_key`, which verdicts set, and what joining sets."""
    return {
        "id": incident.id,
        "key": incident.key,
        "service": fitting(incident.service, incidents.c.service),
        "environment": fitting(incident.environment, incidents.c.environment),
        "alert_name": fitting(incident.alert_name, incidents.c.alert_name),
        "status": incident.status.value,
        "opened_at": incident.opened_at,
        "resolved_at": incident.resolved_at,
        "alert_count": incident.alert_count,
        "revision": incident.revision,
        "started_revision": incident.started_revision,
        "handled_revision": incident.handled_revision,
        "recheck_at": incident.recheck_at,
    }
