"""What people say of decisions, on SQLite or PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.feedback_tables import feedback
from issue_intelligence.adapters.database.findings import upsert
from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.report_tables import audit, tracked_issues
from issue_intelligence.adapters.database.tables import alert_events, incidents
from issue_intelligence.core.model.feedback import Feedback, FeedbackKind, FeedbackSource, Statement
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.ports.feedback_store import FeedbackPage, FeedbackQuery

# SQLite takes at most 32,766 variables a statement.
_CHUNK = 500
# A cause that alerts of so many services share is judged by its newest.
MAX_INCIDENTS_OF_ISSUE = 100


class DatabaseFeedback:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def add(self, given: Feedback) -> bool:
        statement = given.statement
        row = {
            "id": given.id,
            "incident_id": given.incident_id,
            "alert_id": given.alert_id,
            "kind": statement.kind.value,
            "right": fitting(statement.right, feedback.c.right),
            "by": fitting(statement.by, feedback.c.by),
            "note": statement.note,
            "source": statement.source.value,
            "withdrawn": statement.withdrawn,
            "said_at": given.said_at,
        }
        with translated():
            async with self._writing.begin() as connection:
                added = upsert(connection, feedback).values(row).on_conflict_do_nothing()
                if (await connection.execute(added.returning(feedback.c.id))).one_or_none() is None:
                    return False
                subject = f"alert/{given.alert_id}" if given.alert_id else f"incident/{given.incident_id}"
                await connection.execute(
                    insert(audit).values(
                        at=given.said_at,
                        actor=row["by"],
                        action="feedback_withdraw" if statement.withdrawn else "feedback_add",
                        subject=subject,
                        details={"id": given.id, "kind": row["kind"], "right": row["right"]}
                        | {"source": row["source"]},
                    )
                )
        return True

    async def said_of(self, incident_ids: Sequence[str]) -> tuple[Feedback, ...]:
        with translated():
            async with self._reading.connect() as connection:
                return await said_of(connection, incident_ids)

    async def page(self, query: FeedbackQuery) -> FeedbackPage:
        statement = select(feedback).order_by(feedback.c.sequence.desc()).limit(query.limit + 1)
        if query.before:
            statement = statement.where(feedback.c.sequence < _sequence(query.before))
        if query.alert_id:
            its_incident = select(alert_events.c.incident_id).where(alert_events.c.alert_id == query.alert_id)
            statement = statement.where(
                feedback.c.incident_id == its_incident.scalar_subquery(),
                or_(feedback.c.alert_id.is_(None), feedback.c.alert_id == query.alert_id),
            )
        if query.incident_id:
            statement = statement.where(feedback.c.incident_id == query.incident_id)
        if query.since is not None:
            statement = statement.where(feedback.c.said_at >= query.since)
        with translated():
            async with self._reading.connect() as connection:
                rows: Sequence[Any] = (await connection.execute(statement)).all()
        more = len(rows) > query.limit
        rows = rows[: query.limit]
        return FeedbackPage(
            feedback=tuple(_feedback(row) for row in rows),
            next_before=f"f{rows[-1].sequence}" if more else None,
        )

    async def incident_of(self, alert_id: str) -> str | None:
        query = select(alert_events.c.incident_id).where(alert_events.c.alert_id == alert_id)
        with translated():
            async with self._reading.connect() as connection:
                found: str | None = (await connection.execute(query)).scalar_one_or_none()
        return found

    async def knows_incident(self, incident_id: str) -> bool:
        query = select(incidents.c.id).where(incidents.c.id == incident_id)
        with translated():
            async with self._reading.connect() as connection:
                return (await connection.execute(query)).one_or_none() is not None

    async def incidents_of_issue(self, place: str, number: int) -> tuple[str, ...]:
        query = (
            select(incidents.c.id, incidents.c.status)
            .join(tracked_issues, tracked_issues.c.issue_key == incidents.c.issue_key)
            .where(tracked_issues.c.place == place, tracked_issues.c.number == number)
            .order_by(incidents.c.opened_at.desc(), incidents.c.id)
            .limit(MAX_INCIDENTS_OF_ISSUE)
        )
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).all()
        going_on = tuple(row.id for row in rows if row.status != IncidentStatus.CLOSED.value)
        return going_on or tuple(row.id for row in rows[:1])


async def said_of(connection: AsyncConnection, incident_ids: Sequence[str]) -> tuple[Feedback, ...]:
    """Give everything said of these incidents and their alerts, oldest first."""
    rows: list[Row[Any]] = []
    for start in range(0, len(incident_ids), _CHUNK):
        query = select(feedback).where(feedback.c.incident_id.in_(incident_ids[start : start + _CHUNK]))
        rows += (await connection.execute(query)).all()
    # By the sender's time first: what was overtaken on the way counts as what it is.
    rows.sort(key=lambda row: (row.said_at, row.sequence))
    return tuple(_feedback(row) for row in rows)


def _feedback(row: Row[Any]) -> Feedback:
    return Feedback(
        id=row.id,
        incident_id=row.incident_id,
        alert_id=row.alert_id,
        statement=Statement(
            kind=FeedbackKind(row.kind),
            right=row.right,
            by=row.by,
            note=row.note,
            source=FeedbackSource(row.source),
            withdrawn=row.withdrawn,
        ),
        said_at=row.said_at,
    )


def _sequence(cursor: str) -> int:
    digits = cursor.removeprefix("f")
    if digits == cursor or not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:
        raise ValueError("not a cursor; take `next_before` of the last answer")
    return int(digits)
