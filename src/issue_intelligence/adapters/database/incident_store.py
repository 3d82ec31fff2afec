"""The incident store on SQLite or PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, and_, case, func, literal, or_, select, tuple_, update

from issue_intelligence.adapters.database import findings, recording
from issue_intelligence.adapters.database.codec import from_plain
from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.incident_rows import incident_from
from issue_intelligence.adapters.database.outcomes import copy_outcome
from issue_intelligence.adapters.database.report_tables import tracked_issues
from issue_intelligence.adapters.database.tables import alert_events, incidents
from issue_intelligence.adapters.database.types import UtcDateTime
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.incident_store import DispatchedEvent, PastIncident, Run


class DatabaseIncidentStore(findings.DatabaseFindings):
    def __init__(self, databases: Databases) -> None:
        super().__init__(databases)

    async def record_events(
        self, events: Sequence[DispatchedEvent], now: datetime, *, rejoin_window: timedelta
    ) -> None:
        with translated():
            async with self._writing.begin() as connection:
                await recording.record_events(connection, events, now, rejoin_window)

    async def claim_runs(self, now: datetime, limit: int) -> list[Run]:
        idle = incidents.c.started_revision == incidents.c.handled_revision
        rested = or_(incidents.c.quiet_until.is_(None), incidents.c.quiet_until <= now)
        due = and_(incidents.c.recheck_at.is_not(None), incidents.c.recheck_at <= now)
        waiting = and_(idle, rested, or_(incidents.c.revision != incidents.c.handled_revision, due))
        oldest = incidents.c.opened_at
        turns = (
            select(
                incidents.c.id,
                func.row_number().over(partition_by=incidents.c.alert_name, order_by=oldest).label("of_rule"),
                func.row_number().over(partition_by=incidents.c.service, order_by=oldest).label("of_service"),
            )
            .where(waiting)
            .subquery()
        )
        # Rules and services take turns: one rule with ten thousand services in its labels, or one
        # service in all its rules, does not keep the others waiting for hours.
        turn = case((turns.c.of_rule > turns.c.of_service, turns.c.of_rule), else_=turns.c.of_service)
        wanted = (
            select(incidents.c.id, incidents.c.revision, incidents.c.handled_revision)
            .join(turns, turns.c.id == incidents.c.id)
            .where(waiting)
            .order_by(turn, oldest)
            .limit(limit)
            .with_for_update(skip_locked=True, of=incidents)
        )
        runs: list[Run] = []
        with translated():
            async with self._writing.begin() as connection:
                for row in (await connection.execute(wanted)).all():
                    # A recheck is a look of its own, so it needs a revision of its own.
                    revision = max(row.revision, row.handled_revision + 1)
                    claim = (
                        update(incidents)
                        .where(incidents.c.id == row.id)
                        .values(revision=revision, started_revision=revision, recheck_at=None)
                    )
                    await connection.execute(claim)
                    runs.append(Run(incident_id=row.id, revision=revision))
        return runs

    async def runs_under_way(self) -> list[Run]:
        query = select(incidents.c.id, incidents.c.started_revision).where(
            incidents.c.started_revision != incidents.c.handled_revision
        )
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).all()
        return [Run(incident_id=row.id, revision=row.started_revision) for row in rows]

    async def incident(self, incident_id: str) -> Incident:
        with translated():
            async with self._reading.connect() as connection:
                row = (
                    await connection.execute(select(incidents).where(incidents.c.id == incident_id))
                ).one_or_none()
        if row is None:
            raise PermanentError(f"there is no incident {incident_id}")
        return incident_from(row)

    async def alerts_of(self, incident_id: str, limit: int) -> list[tuple[Alert, AlertContext]]:
        query = (
            select(
                alert_events.c.alert, alert_events.c.context, alert_events.c.status, alert_events.c.ends_at
            )
            .where(alert_events.c.incident_id == incident_id)
            .order_by(alert_events.c.sequence.desc())
            .limit(limit)
        )
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).all()
        return [
            (
                # What the sender last said of the episode stands in the columns.
                from_plain(row.alert | {"status": row.status, "ends_at": row.ends_at}, Alert),
                from_plain(row.context, AlertContext),
            )
            for row in reversed(rows)
        ]

    async def past_incidents(self, incident: Incident, issue_key: str, limit: int) -> list[PastIncident]:
        same_cause = incidents.c.key == incident.key
        if issue_key:
            same_cause = or_(same_cause, incidents.c.issue_key == issue_key)
        query = (
            select(
                incidents.c.id,
                incidents.c.opened_at,
                tracked_issues.c.number,
                tracked_issues.c.place,
                _newest_verdict().label("is_real"),
            )
            .join(tracked_issues, tracked_issues.c.issue_key == incidents.c.issue_key, isouter=True)
            .where(same_cause, incidents.c.id != incident.id, incidents.c.opened_at <= incident.opened_at)
            .order_by(incidents.c.opened_at.desc())
            .limit(limit)
        )
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).all()
        return [
            PastIncident(
                id=row.id,
                opened_at=row.opened_at,
                issue_number=row.number,
                issue_place=row.place or "",
                is_real=row.is_real,
            )
            for row in reversed(rows)
        ]

    async def unfinished_incidents_of_cause(self, issue_key: str, *, besides: Incident) -> int:
        # Of two that resolved at once, one is the last all the same.
        later = and_(
            incidents.c.status == IncidentStatus.RESOLVED.value,
            tuple_(incidents.c.resolved_at, incidents.c.id)
            > tuple_(literal(besides.resolved_at, UtcDateTime), literal(besides.id)),
        )
        query = select(func.count()).where(
            incidents.c.issue_key == issue_key,
            incidents.c.id != besides.id,
            or_(incidents.c.status == IncidentStatus.OPEN.value, later),
        )
        with translated():
            async with self._reading.connect() as connection:
                return (await connection.execute(query)).scalar_one()

    async def finish_run(
        self,
        run: Run,
        now: datetime,
        *,
        quiet_until: datetime,
        recheck_at: datetime | None,
        close: bool = False,
    ) -> None:
        finished = (
            update(incidents)
            .where(incidents.c.id == run.incident_id, incidents.c.started_revision == run.revision)
            .values(handled_revision=run.revision, quiet_until=quiet_until)
        )
        # What came in meanwhile decides anew whether to look again or to close.
        undisturbed = update(incidents).where(
            incidents.c.id == run.incident_id, incidents.c.revision == run.revision
        )
        with translated():
            async with self._writing.begin() as connection:
                await connection.execute(finished)
                if close:
                    await connection.execute(
                        undisturbed.values(status=IncidentStatus.CLOSED.value, recheck_at=None)
                    )
                elif recheck_at is not None:
                    await connection.execute(
                        undisturbed.where(incidents.c.status != IncidentStatus.CLOSED.value).values(
                            recheck_at=recheck_at
                        )
                    )
                await copy_outcome(connection, run, now)


def _newest_verdict() -> ScalarSelect[bool | None]:
    """Read from the incident's newest alert that was decided whether it was found to be real."""
    return (
        select(alert_events.c.is_real_issue)
        .where(alert_events.c.incident_id == incidents.c.id, alert_events.c.is_real_issue.is_not(None))
        .order_by(alert_events.c.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
