"""Which deployments are near enough to an alert to have to do with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from issue_intelligence.core.intake.environments import may_be_same_environment
from issue_intelligence.core.model.deployment import Deployment, DeploymentStatus
from issue_intelligence.core.model.evidence import Change

# A leak or a cold cache takes its time; what is older than this has proved itself.
LOOK_BACK = timedelta(hours=2)


def changes_from(deployments: Sequence[Deployment], *, environment: str) -> tuple[Change, ...]:
    """Give the deployments of the same environment as changes, the newest first."""
    near = [each for each in deployments if may_be_same_environment(each.environment, environment)]
    return tuple(_change(each) for each in sorted(near, key=_last_heard_at, reverse=True))


def _last_heard_at(deployment: Deployment) -> datetime:
    return deployment.finished_at or deployment.started_at


def _change(deployment: Deployment) -> Change:
    return Change(
        service=deployment.service,
        kind="deployment",
        started_at=deployment.started_at,
        finished_at=deployment.finished_at,
        failed=deployment.status is DeploymentStatus.FAILED,
        version=deployment.version,
        environment=deployment.environment,
        url=deployment.url,
        by=deployment.by,
    )
