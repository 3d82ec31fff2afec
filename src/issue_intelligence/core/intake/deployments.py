"""Which deployment a report speaks of, and what it adds to what is known of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from issue_intelligence.core.intake.environments import may_be_same_environment
from issue_intelligence.core.model.deployment import Deployment, DeploymentReport, DeploymentStatus
from issue_intelligence.kit.stable_hash import stable_hash


def deployment_key(report: DeploymentReport, now: datetime) -> str:
    """Name the deployment, 32 hex digits: by the sender's own id, else by what and when."""
    if report.id:
        return stable_hash("deployment", report.service, report.environment, report.id)[:32]
    at = report.started_at or report.finished_at or now
    return stable_hash("deployment", report.service, report.environment, "", report.version, at.isoformat())[
        :32
    ]


def meant_by(report: DeploymentReport, running: Sequence[Deployment]) -> Deployment | None:
    """Give the deployment whose end is reported without an id: the newest that runs and may be it.

    `running` are those of the same service, the newest first. A start without an id is always a new one.
    """
    if report.id or report.status is DeploymentStatus.STARTED:
        return None
    return next((each for each in running if _may_be(each, report)), None)


def _may_be(deployment: Deployment, report: DeploymentReport) -> bool:
    versions = {deployment.version, report.version} - {""}
    began_before = report.finished_at is None or deployment.started_at <= report.finished_at
    return (
        not deployment.id
        and len(versions) <= 1
        and began_before
        and may_be_same_environment(deployment.environment, report.environment)
    )


def with_report(known: Deployment | None, report: DeploymentReport, now: datetime, *, key: str) -> Deployment:
    """Give what is known after a report; the same report again changes nothing.

    Reports may come late and in any order: what has ended does not run again, and a start that comes
    after the end only says when it was. Of two different ends the last one reported holds; of the same
    end, the earlier time.
    """
    ended_at = None if report.status is DeploymentStatus.STARTED else report.finished_at or now
    if known is None:
        return Deployment(
            key=key,
            service=report.service,
            status=report.status,
            started_at=report.started_at or ended_at or now,
            finished_at=ended_at,
            version=report.version,
            environment=report.environment,
            id=report.id,
            url=report.url,
            by=report.by,
        )
    started_at = report.started_at or known.started_at
    finished_at, status = known.finished_at, known.status
    if ended_at is not None and status is not report.status:
        finished_at, status = ended_at, report.status
    elif finished_at is not None and report.finished_at is not None:
        # Who could move an end forward could excuse alerts for ever.
        finished_at = min(finished_at, report.finished_at)
    return replace(
        known,
        status=status,
        # Nothing ends before it begins, whatever two clocks say.
        started_at=min(started_at, finished_at) if finished_at else started_at,
        finished_at=finished_at,
        version=report.version or known.version,
        url=report.url or known.url,
        by=report.by or known.by,
    )
