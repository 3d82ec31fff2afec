"""Whether a deployment excuses an alert for now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind
from issue_intelligence.core.intake.environments import may_be_same_environment
from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.core.model.evidence import Change
from issue_intelligence.core.model.incident import Incident


class DeploymentReason(StrEnum):
    # These two excuse.
    IN_PROGRESS = "in_progress"
    SETTLING = "settling"
    # These do not.
    OTHER_SERVICE = "other_service"
    OTHER_ENVIRONMENT = "other_environment"
    NOT_BEGUN = "not_begun"
    ALERT_CAME_FIRST = "alert_came_first"
    FAILED = "failed"
    OVERDUE = "overdue"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentLimits:
    """`[validation]` of the configuration."""

    # A deployment that does not report its end is an excuse for this long.
    grace: timedelta = timedelta(minutes=15)
    # After its end a service may still warm up.
    settling: timedelta = timedelta(minutes=2)


def judge_deployment(
    change: Change,
    *,
    service: str,
    environment: str,
    alert_started_at: datetime,
    now: datetime,
    limits: DeploymentLimits,
) -> tuple[DeploymentReason, datetime | None]:
    """Tell whether it excuses an alert, and until when; None when it does not.

    What was wrong before it began is not its doing, and one that failed is no passing state. A
    deployment of something else, a dependency too, is evidence and no excuse.
    """
    reason, until = _held_against_time(change, alert_started_at, now, limits)
    if change.service.casefold() != service.casefold():
        reason = DeploymentReason.OTHER_SERVICE
    elif not may_be_same_environment(change.environment, environment):
        reason = DeploymentReason.OTHER_ENVIRONMENT
    excuses = reason in (DeploymentReason.IN_PROGRESS, DeploymentReason.SETTLING)
    return reason, until if excuses else None


def _held_against_time(
    change: Change, alert_started_at: datetime, now: datetime, limits: DeploymentLimits
) -> tuple[DeploymentReason, datetime]:
    if change.failed:
        return DeploymentReason.FAILED, now
    if change.started_at > now:
        return DeploymentReason.NOT_BEGUN, now
    if alert_started_at < change.started_at:
        return DeploymentReason.ALERT_CAME_FIRST, now
    if change.finished_at is None:
        until = change.started_at + limits.grace
        return (DeploymentReason.IN_PROGRESS if now < until else DeploymentReason.OVERDUE), until
    until = change.finished_at + limits.settling
    return (DeploymentReason.SETTLING if now < until else DeploymentReason.SETTLED), until


def suppression_by_deployments(
    changes: Sequence[Change],
    alerts: Sequence[Alert],
    incident: Incident,
    *,
    now: datetime,
    limits: DeploymentLimits,
) -> ActiveSuppression | None:
    """Give the excuse that lasts longest; an alert that fired before the deployment speaks for all."""
    firing = [alert for alert in alerts if alert.status is AlertStatus.FIRING] or list(alerts)
    first_started_at = min((alert.starts_at for alert in firing), default=incident.opened_at)
    found: list[tuple[datetime, ActiveSuppression]] = []
    for change in changes:
        reason, until = judge_deployment(
            change,
            service=incident.service,
            environment=incident.environment,
            alert_started_at=first_started_at,
            now=now,
            limits=limits,
        )
        if until is not None:
            excuse = ActiveSuppression(kind=ExcuseKind.DEPLOYMENT, text=_told(change, reason), until=until)
            found.append((until, excuse))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _told(change: Change, reason: DeploymentReason) -> str:
    what = f"{change.kind} of {change.service}{f' {change.version}' if change.version else ''}"
    if reason is DeploymentReason.IN_PROGRESS or change.finished_at is None:
        return f"{what} in progress since {change.started_at:%H:%M} UTC"
    return f"{what} finished at {change.finished_at:%H:%M} UTC and may still settle"
