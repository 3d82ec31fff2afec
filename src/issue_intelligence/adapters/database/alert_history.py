"""What people read about alerts, from SQLite or PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from issue_intelligence.adapters.database.codec import to_plain
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.feedback import said_of
from issue_intelligence.adapters.database.incident_store import DatabaseIncidentStore
from issue_intelligence.adapters.database.tables import alert_events, alert_updates, incidents
from issue_intelligence.core.decide.feedback import in_force
from issue_intelligence.knowledge.feedback_format import feedback_as_dict
from issue_intelligence.ports.alert_history import HistoryPage, HistoryQuery, HistoryStatus
from issue_intelligence.ports.incident_store import Run

_SUMMARY = (
    alert_events.c.sequence,
    alert_events.c.alert_id,
    alert_events.c.alert_name,
    alert_events.c.alert_severity,
    alert_events.c.service,
    alert_events.c.source,
    alert_events.c.status,
    alert_events.c.received_at,
    alert_events.c.starts_at,
    alert_events.c.ends_at,
    alert_events.c.repeat_count,
    alert_events.c.incident_id,
    alert_events.c.investigated_at,
    alert_events.c.is_real_issue,
    alert_events.c.confidence,
    alert_events.c.validation_reason,
    alert_events.c.conclusion,
    alert_events.c.severity,
    alert_events.c.type,
    alert_events.c.component,
    alert_events.c.remediation_attempted,
    alert_events.c.remediation_success,
    alert_events.c.remediation_strategy,
    alert_events.c.github_issue_number,
    alert_events.c.github_issue_url,
    alert_events.c.created_issue_at,
    alert_events.c.slack_channel,
    alert_events.c.slack_message_ts,
)

# What an alert has once a run has finished, beside its reasons and evidence.
_FOUND = (
    "log_analysis",
    "metrics",
    "health_check",
    "history",
    "changes",
    "known_issues",
    "known_issue",
    "validation",
    "categorization",
    "remediation",
)

# How far we are with an alert, or what its sender last said of it.
_STATUS = {
    HistoryStatus.RECEIVED: alert_events.c.investigated_at.is_(None),
    HistoryStatus.INVESTIGATED: alert_events.c.investigated_at.is_not(None),
    HistoryStatus.FIRING: alert_events.c.status == "firing",
    HistoryStatus.RESOLVED: alert_events.c.status == "resolved",
}


class DatabaseAlertHistory:
    def __init__(self, databases: Databases, store: DatabaseIncidentStore) -> None:
        self._reading = databases.reading()
        self._store = store

    async def page(self, query: HistoryQuery) -> HistoryPage:
        statement = select(*_SUMMARY).order_by(alert_events.c.sequence.desc()).limit(query.limit + 1)
        if query.before:
            statement = statement.where(alert_events.c.sequence < _sequence(query.before))
        if query.status:
            statement = statement.where(_STATUS[query.status])
        if query.service:
            statement = statement.where(alert_events.c.service == query.service)
        with translated():
            async with self._reading.connect() as connection:
                rows: Sequence[Any] = (await connection.execute(statement)).all()
        more = len(rows) > query.limit
        rows = rows[: query.limit]
        return HistoryPage(
            alerts=tuple(_summary(row) for row in rows),
            next_before=f"s{rows[-1].sequence}" if more else None,
        )

    async def one(self, alert_id: str) -> dict[str, Any] | None:
        statement: Select[Any] = (
            select(*_SUMMARY, alert_events.c.context, alert_events.c.alert, incidents.c.handled_revision)
            .join(incidents, incidents.c.id == alert_events.c.incident_id)
            .where(alert_events.c.alert_id == alert_id)
        )
        updates = (
            select(alert_updates).where(alert_updates.c.alert_id == alert_id).order_by(alert_updates.c.id)
        )
        with translated():
            async with self._reading.connect() as connection:
                row = (await connection.execute(statement)).one_or_none()
                if row is None:
                    return None
                happened = (await connection.execute(updates)).all()
                said = await said_of(connection, [row.incident_id])
        return _summary(row) | {
            "context": row.context,
            "labels": row.alert["labels"],
            "annotations": row.alert["annotations"],
            "updates": [
                {"timestamp": _iso(item.at), "update_type": item.update_type, "details": item.details}
                for item in happened
            ],
            "feedback": [
                feedback_as_dict(each) for each in in_force(said) if each.alert_id in (None, alert_id)
            ],
            **await self._found(Run(incident_id=row.incident_id, revision=row.handled_revision + 1)),
        }

    async def last_received_at(self) -> datetime | None:
        with translated():
            async with self._reading.connect() as connection:
                newest: datetime | None = (
                    await connection.execute(select(func.max(alert_events.c.received_at)))
                ).scalar_one_or_none()
        return newest

    async def _found(self, after: Run) -> dict[str, Any]:
        """What the newest finished run found, under the mission's names."""
        findings = await self._store.findings_before(after)
        if findings is None:
            return {**dict.fromkeys(_FOUND), "reasons": [], "evidence": {}}
        investigation, verdict = findings.investigation, findings.verdict
        evidence = to_plain(investigation)
        remediation = await self._store.remediation(
            Run(incident_id=after.incident_id, revision=after.revision - 1)
        )
        return {
            "log_analysis": _data(evidence, "logs"),
            "metrics": _data(evidence, "metrics"),
            "health_check": _data(evidence, "health"),
            "history": _data(evidence, "history"),
            "changes": _data(evidence, "changes"),
            "known_issues": _data(evidence, "known_issues"),
            "known_issue": to_plain(verdict.validation.known_issue),
            "validation": to_plain(verdict.validation),
            "categorization": to_plain(verdict.categorization),
            "reasons": to_plain(verdict.reasons),
            "remediation": to_plain(remediation),
            "evidence": {
                name: {key: value for key, value in found.items() if key != "data"}
                for name, found in evidence.items()
                if isinstance(found, dict)
            },
        }


def _data(evidence: dict[str, Any], name: str) -> Any:
    found = evidence.get(name)
    return found.get("data") if isinstance(found, dict) else None


def _sequence(cursor: str) -> int:
    digits = cursor.removeprefix("s")
    if digits == cursor or not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:
        raise ValueError("not a cursor; take `next_before` of the last answer")
    return int(digits)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None


def _summary(row: Any) -> dict[str, Any]:
    issue = None
    if row.github_issue_number is not None:
        issue = {
            "number": row.github_issue_number,
            "url": row.github_issue_url,
            "created_at": _iso(row.created_issue_at),
        }
    slack = None
    if row.slack_message_ts is not None:
        slack = {"channel": row.slack_channel, "message_ts": row.slack_message_ts}
    verdict = None
    if row.investigated_at is not None:
        verdict = {
            "is_real_issue": row.is_real_issue,
            "conclusion": row.conclusion,
            "confidence": row.confidence,
            "reason": row.validation_reason,
            "severity": row.severity,
            "type": row.type,
            "component": row.component,
        }
    return {
        "id": row.alert_id,
        "alert_name": row.alert_name,
        "alert_severity": row.alert_severity,
        "service": row.service,
        "source": row.source,
        "status": "received" if row.investigated_at is None else "investigated",
        "alert_status": row.status,
        "received_at": _iso(row.received_at),
        "starts_at": _iso(row.starts_at),
        "ends_at": _iso(row.ends_at),
        "investigated_at": _iso(row.investigated_at),
        "repeat_count": row.repeat_count,
        "incident_id": row.incident_id,
        "verdict": verdict,
        "actions": {
            "remediation_attempted": row.remediation_attempted,
            "remediation_success": row.remediation_success,
            "remediation_strategy": row.remediation_strategy,
        },
        "issue": issue,
        "slack": slack,
    }
