"""Deployments on SQLite or PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from issue_intelligence.adapters.database.engines import Databases
from issue_intelligence.adapters.database.errors import translated
from issue_intelligence.adapters.database.findings import upsert
from issue_intelligence.adapters.database.incident_rows import fitting
from issue_intelligence.adapters.database.report_tables import deployments
from issue_intelligence.adapters.database.tables import alert_events, incidents
from issue_intelligence.core.intake.deployments import meant_by, with_report
from issue_intelligence.core.model.deployment import Deployment, DeploymentReport, DeploymentStatus
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.verdict import Conclusion

MAX_NEAR = 100
# Of deployments that never reported an end there may be any number.
MAX_RUNNING = 20


class DatabaseDeployments:
    def __init__(self, databases: Databases) -> None:
        self._writing = databases.pipeline
        self._reading = databases.reading()

    async def record(
        self, report: DeploymentReport, *, key: str, now: datetime, settling: timedelta
    ) -> tuple[Deployment, bool]:
        with translated():
            async with self._writing.begin() as connection:
                known = await _by_key(connection, key) or meant_by(report, await _running(connection, report))
                deployment = with_report(known, report, now, key=key)
                row = _row(deployment)
                statement = upsert(connection, deployments).values(row)
                await connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=row))
                if deployment.finished_at is not None:
                    failed = deployment.status is DeploymentStatus.FAILED
                    due = now if failed else max(now, deployment.finished_at + settling)
                    await _look_again(connection, deployment, due)
        return deployment, known is None

    async def near(
        self, services: Sequence[str], from_at: datetime, until_at: datetime
    ) -> tuple[Deployment, ...]:
        query = (
            select(deployments)
            .where(
                deployments.c.service.in_(services),
                deployments.c.started_at <= until_at,
                or_(deployments.c.started_at >= from_at, deployments.c.finished_at >= from_at),
            )
            .order_by(deployments.c.started_at.desc())
            .limit(MAX_NEAR)
        )
        with translated():
            async with self._reading.connect() as connection:
                rows = (await connection.execute(query)).all()
        return tuple(_deployment(row) for row in rows)

    async def knows(self, services: Sequence[str]) -> bool:
        query = select(deployments.c.key).where(deployments.c.service.in_(services)).limit(1)
        with translated():
            async with self._reading.connect() as connection:
                return (await connection.execute(query)).one_or_none() is not None


async def _by_key(connection: AsyncConnection, key: str) -> Deployment | None:
    row = (await connection.execute(select(deployments).where(deployments.c.key == key))).one_or_none()
    return _deployment(row) if row is not None else None


async def _running(connection: AsyncConnection, report: DeploymentReport) -> list[Deployment]:
    query = (
        select(deployments)
        .where(
            deployments.c.service == fitting(report.service, deployments.c.service),
            deployments.c.status == DeploymentStatus.STARTED.value,
        )
        .order_by(deployments.c.started_at.desc())
        .limit(MAX_RUNNING)
    )
    return [_deployment(row) for row in (await connection.execute(query)).all()]


async def _look_again(connection: AsyncConnection, deployment: Deployment, due: datetime) -> None:
    """Bring forward the next look at open incidents of the service that an excuse keeps quiet."""
    of_the_service = update(incidents).where(
        incidents.c.service == deployment.service, incidents.c.status == IncidentStatus.OPEN.value
    )
    excused = (
        select(alert_events.c.sequence)
        .where(
            alert_events.c.incident_id == incidents.c.id,
            alert_events.c.conclusion == Conclusion.SUPPRESSED.value,
        )
        .exists()
    )
    await connection.execute(
        of_the_service.where(incidents.c.recheck_at > due, excused).values(recheck_at=due)
    )
    # A look under way may have read that the deployment runs, so another one follows it.
    await connection.execute(
        of_the_service.where(
            incidents.c.started_revision != incidents.c.handled_revision,
            incidents.c.revision == incidents.c.started_revision,
        ).values(revision=incidents.c.revision + 1)
    )


def _row(deployment: Deployment) -> dict[str, Any]:
    return asdict(deployment) | {
        "service": fitting(deployment.service, deployments.c.service),
        "environment": fitting(deployment.environment, deployments.c.environment),
        "status": deployment.status.value,
    }


def _deployment(row: Row[Any]) -> Deployment:
    # A row has attributes of its own, which may hide a column.
    columns = dict(row._mapping)
    return Deployment(**columns | {"status": DeploymentStatus(columns["status"])})
