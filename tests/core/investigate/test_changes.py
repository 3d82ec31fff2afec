"""Deployments as changes near an alert."""

from datetime import UTC, datetime, timedelta

from issue_intelligence.core.investigate.changes import changes_from
from issue_intelligence.core.model.deployment import Deployment, DeploymentStatus

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def deployment(
    key: str, environment: str, status: DeploymentStatus, *, started: int, ended: int = 0
) -> Deployment:
    return Deployment(
        key=key,
        service=key,
        status=status,
        environment=environment,
        started_at=NOON + timedelta(minutes=started),
        finished_at=NOON + timedelta(minutes=ended) if ended else None,
    )


FOUND = (
    deployment("long", "production", DeploymentStatus.FAILED, started=0, ended=30),
    deployment("running", "", DeploymentStatus.STARTED, started=10),
    deployment("elsewhere", "staging", DeploymentStatus.FINISHED, started=5, ended=6),
)


def test_those_of_other_environments_are_left_out_and_the_newest_word_is_first() -> None:
    changes = changes_from(FOUND, environment="production")
    assert [(each.service, each.failed) for each in changes] == [("long", True), ("running", False)]


def test_alert_without_an_environment_may_be_of_any() -> None:
    assert len(changes_from(FOUND, environment="unknown")) == 3
