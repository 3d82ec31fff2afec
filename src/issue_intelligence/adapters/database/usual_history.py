"""Hourly samples on SQLite or PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Delete, Table, and_, delete, func, or_, select, tuple_, update

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.findings import upsert
from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.tables import alert_events, incidents
from issue_intelligence.adapters.database.usual_tables import hourly_samples, sampled_hours
from issue_intelligence.core.model.usual import HourlySample, Span, UsualMetric
from issue_intelligence.core.model.verdict import Conclusion

# Whoever claimed an hour and has not measured it by then is gone.
CLAIM_HOLDS = timedelta(minutes=10)
# The newest; a service with more of them has no usual hour left anyway.
MAX_INCIDENTS = 1_000
_KEY = ("service", "environment", "hour_at", "metric", "source")


class DatabaseUsualHistory:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def add(self, samples: Sequence[HourlySample]) -> None:
        if not samples:
            return
        with translated():
            async with self._writing.begin() as connection:
                for sample in samples:
                    row = asdict(sample) | {
                        "service": fitting(sample.service, hourly_samples.c.service),
                        "environment": fitting(sample.environment, hourly_samples.c.environment),
                        "source": fitting(sample.source, hourly_samples.c.source),
                        "metric": sample.metric.value,
                    }
                    statement = upsert(connection, hourly_samples).values(row)
                    better = statement.excluded.covered_seconds >= hourly_samples.c.covered_seconds
                    await connection.execute(
                        statement.on_conflict_do_update(
                            index_elements=list(_KEY),
                            set_={"value": sample.value, "covered_seconds": sample.covered_seconds},
                            where=better,
                        )
                    )

    async def samples(
        self, service: str, environment: str, hours: Sequence[datetime]
    ) -> tuple[HourlySample, ...]:
        query = select(hourly_samples).where(
            hourly_samples.c.service == fitting(service, hourly_samples.c.service),
            hourly_samples.c.environment == fitting(environment, hourly_samples.c.environment),
            hourly_samples.c.hour_at.in_(hours),
        )
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).mappings().all()
        return tuple(HourlySample(**row | {"metric": UsualMetric(row["metric"])}) for row in map(dict, rows))

    async def troubled(self, service: str, environment: str, since: datetime) -> tuple[Span, ...]:
        # One row an incident: all of its alerts carry the same outcome, and the first is where it began.
        each = alert_events.alias()
        first = (
            select(func.min(each.c.sequence))
            .where(each.c.incident_id == incidents.c.id)
            .correlate(incidents)
            .scalar_subquery()
        )
        # What was real has an issue, though a later look found nothing of it any more.
        judged_harmless = and_(
            alert_events.c.is_real_issue.is_(False),
            alert_events.c.conclusion != Conclusion.SUPPRESSED.value,
            alert_events.c.github_issue_number.is_(None),
        )
        query = (
            select(incidents.c.opened_at, incidents.c.resolved_at, alert_events.c.starts_at)
            .select_from(incidents.join(alert_events, alert_events.c.incident_id == incidents.c.id))
            .where(
                alert_events.c.sequence == first,
                incidents.c.service == fitting(service, incidents.c.service),
                or_(incidents.c.resolved_at.is_(None), incidents.c.resolved_at >= since),
                or_(alert_events.c.is_real_issue.is_(None), ~judged_harmless),
            )
            .order_by(incidents.c.opened_at.desc())
            .limit(MAX_INCIDENTS)
        )
        if environment:
            query = query.where(incidents.c.environment == fitting(environment, incidents.c.environment))
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).all()
        return tuple(
            Span(from_at=min(row.opened_at, row.starts_at), until_at=row.resolved_at) for row in rows
        )

    async def claim_hour(self, service: str, environment: str, hour_at: datetime, now: datetime) -> bool:
        row = {"service": service, "environment": environment, "hour_at": hour_at, "claimed_at": now}
        with translated():
            async with self._writing.begin() as connection:
                statement = upsert(connection, sampled_hours).values(row)
                statement = statement.on_conflict_do_update(
                    index_elements=["service", "environment", "hour_at"],
                    set_={"claimed_at": now},
                    where=and_(
                        sampled_hours.c.done_at.is_(None), sampled_hours.c.claimed_at <= now - CLAIM_HOLDS
                    ),
                ).returning(sampled_hours.c.hour_at)
                return (await connection.execute(statement)).one_or_none() is not None

    async def hour_done(self, service: str, environment: str, hour_at: datetime, now: datetime) -> None:
        with translated():
            async with self._writing.begin() as connection:
                await connection.execute(
                    update(sampled_hours)
                    .where(
                        sampled_hours.c.service == service,
                        sampled_hours.c.environment == environment,
                        sampled_hours.c.hour_at == hour_at,
                    )
                    .values(done_at=now)
                )

    async def hours_done(self, service: str, environment: str, since: datetime) -> frozenset[datetime]:
        query = select(sampled_hours.c.hour_at).where(
            sampled_hours.c.service == service,
            sampled_hours.c.environment == environment,
            sampled_hours.c.hour_at >= since,
            sampled_hours.c.done_at.is_not(None),
        )
        with translated():
            async with self._reading.connect() as connection:
                return frozenset((await connection.execute(query)).scalars())

    async def delete_older(self, before: datetime, limit: int) -> int:
        deleted = 0
        with translated():
            async with self._writing.begin() as connection:
                for table in (hourly_samples, sampled_hours):
                    deleted = max(deleted, (await connection.execute(_oldest(table, before, limit))).rowcount)
        return deleted


def _oldest(table: Table, before: datetime, limit: int) -> Delete:
    key = [table.c[column.name] for column in table.primary_key]
    old = select(*key).where(table.c.hour_at < before).order_by(table.c.hour_at).limit(limit)
    return delete(table).where(tuple_(*key).in_(old))
