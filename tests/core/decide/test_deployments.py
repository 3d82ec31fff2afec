"""Which deployments excuse an alert, and until when."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from issue_intelligence.core.decide.deployments import (
    DeploymentLimits,
    DeploymentReason,
    judge_deployment,
    suppression_by_deployments,
)
from issue_intelligence.core.model.alert import AlertStatus
from issue_intelligence.core.model.evidence import Change
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from tests.core.decide.factories import NOON
from tests.factories.alerts import an_alert

LIMITS = DeploymentLimits(grace=timedelta(minutes=15), settling=timedelta(minutes=2))
INCIDENT = Incident(
    id="i1",
    key="k1",
    service="shop",
    environment="production",
    alert_name="Errors",
    status=IncidentStatus.OPEN,
    opened_at=NOON,
    resolved_at=None,
    alert_count=1,
    revision=1,
    started_revision=1,
    handled_revision=0,
)


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def change(started: float = 0, finished: float | None = None, **more: object) -> Change:
    base = Change(
        service="shop",
        kind="deployment",
        started_at=minutes(started),
        finished_at=None if finished is None else minutes(finished),
        version="1.4.2",
    )
    return replace(base, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("deployment", "alert_at", "now", "reason", "until"),
    [
        (change(0), 1, 2, DeploymentReason.IN_PROGRESS, 15),
        # The alert began with it.
        (change(0), 0, 2, DeploymentReason.IN_PROGRESS, 15),
        # What was wrong before is not its doing.
        (change(0), -1, 2, DeploymentReason.ALERT_CAME_FIRST, None),
        (change(0, 4), -1, 5, DeploymentReason.ALERT_CAME_FIRST, None),
        # It never reported its end.
        (change(0), 1, 15, DeploymentReason.OVERDUE, None),
        (change(0), 1, 14.9, DeploymentReason.IN_PROGRESS, 15),
        (change(0, 4), 1, 5, DeploymentReason.SETTLING, 6),
        # The alert came while it settled.
        (change(0, 4), 5, 5.5, DeploymentReason.SETTLING, 6),
        (change(0, 4), 1, 6, DeploymentReason.SETTLED, None),
        # It took longer than the grace, and ended all the same.
        (change(0, 40), 1, 41, DeploymentReason.SETTLING, 42),
        (change(0, 4, failed=True), 1, 4.5, DeploymentReason.FAILED, None),
        # A clock that runs ahead.
        (change(3), 4, 2, DeploymentReason.NOT_BEGUN, None),
        # What it depends on is evidence only.
        (change(0, service="stock"), 1, 2, DeploymentReason.OTHER_SERVICE, None),
        (change(0, environment="staging"), 1, 2, DeploymentReason.OTHER_ENVIRONMENT, None),
        (change(0, environment="prod"), 1, 2, DeploymentReason.IN_PROGRESS, 15),
    ],
)
def test_deployment_is_judged(
    deployment: Change, alert_at: float, now: float, reason: DeploymentReason, until: float | None
) -> None:
    judged = judge_deployment(
        deployment,
        service="shop",
        environment="production",
        alert_started_at=minutes(alert_at),
        now=minutes(now),
        limits=LIMITS,
    )
    assert judged == (reason, None if until is None else minutes(until))


def test_without_grace_and_settling_nothing_is_excused() -> None:
    none = DeploymentLimits(grace=timedelta(0), settling=timedelta(0))
    for each in (change(0), change(0, 1)):
        _, until = judge_deployment(
            each, service="shop", environment="", alert_started_at=minutes(0), now=minutes(1), limits=none
        )
        assert until is None


def test_one_alert_that_fired_before_speaks_for_all() -> None:
    during, before = an_alert(starts_at=minutes(1)), an_alert(starts_at=minutes(-1))
    assert suppression_by_deployments([change(0)], [during], INCIDENT, now=minutes(2), limits=LIMITS)
    assert not suppression_by_deployments(
        [change(0)], [during, before], INCIDENT, now=minutes(2), limits=LIMITS
    )
    # Unless it has resolved since.
    over = replace(before, status=AlertStatus.RESOLVED, ends_at=minutes(1))
    assert suppression_by_deployments([change(0)], [during, over], INCIDENT, now=minutes(2), limits=LIMITS)


def test_excuse_that_lasts_longest_is_given_and_named() -> None:
    found = suppression_by_deployments(
        [change(0, 1), change(1, version="")],
        [an_alert(starts_at=minutes(1))],
        INCIDENT,
        now=minutes(2),
        limits=LIMITS,
    )
    assert found is not None
    assert (found.text, found.until) == ("deployment of shop in progress since 12:01 UTC", minutes(16))
    settling = suppression_by_deployments(
        [change(0, 1)], [an_alert(starts_at=minutes(0))], INCIDENT, now=minutes(2), limits=LIMITS
    )
    assert settling is not None
    assert settling.text == "deployment of shop 1.4.2 finished at 12:01 UTC and may still settle"


def test_without_changes_there_is_no_excuse() -> None:
    assert suppression_by_deployments([], [], INCIDENT, now=NOON, limits=LIMITS) is None
