"""Reports about one deployment come together, in whatever order and however often they come."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from issue_intelligence.core.intake.deployments import deployment_key, meant_by, with_report
from issue_intelligence.core.intake.environments import may_be_same_environment
from issue_intelligence.core.model.deployment import Deployment, DeploymentReport, DeploymentStatus

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STARTED, FINISHED, FAILED = DeploymentStatus.STARTED, DeploymentStatus.FINISHED, DeploymentStatus.FAILED


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def report(status: DeploymentStatus, **more: object) -> DeploymentReport:
    return replace(DeploymentReport(service="shop", status=status), **more)  # type: ignore[arg-type]


def deployed(*reports: tuple[float, DeploymentReport]) -> Deployment:
    """Give what is known after reports that came at these minutes."""
    known: Deployment | None = None
    for minute, each in reports:
        known = with_report(known, each, minutes(minute), key="k")
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("reports", "status", "started", "finished"),
    [
        ([(0, report(STARTED))], STARTED, 0, None),
        ([(0, report(STARTED)), (4, report(FINISHED))], FINISHED, 0, 4),
        ([(0, report(STARTED)), (4, report(FAILED))], FAILED, 0, 4),
        # The same report again, late.
        ([(0, report(STARTED)), (3, report(STARTED))], STARTED, 0, None),
        ([(0, report(STARTED)), (4, report(FINISHED)), (9, report(FINISHED))], FINISHED, 0, 4),
        # A start that was delivered after the end begins nothing.
        ([(4, report(FINISHED)), (5, report(STARTED))], FINISHED, 4, 4),
        ([(4, report(FINISHED)), (5, report(STARTED, started_at=minutes(0)))], FINISHED, 0, 4),
        # CI knows better than the time of delivery.
        ([(9, report(STARTED, started_at=minutes(1)))], STARTED, 1, None),
        ([(9, report(FINISHED, started_at=minutes(1), finished_at=minutes(5)))], FINISHED, 1, 5),
        ([(0, report(STARTED)), (9, report(FINISHED, finished_at=minutes(5)))], FINISHED, 0, 5),
        # Of two ends the last one reported holds.
        ([(0, report(STARTED)), (4, report(FINISHED)), (6, report(FAILED))], FAILED, 0, 6),
        # Nobody reported the start: nothing is excused that began before the end.
        ([(4, report(FINISHED))], FINISHED, 4, 4),
        # Two clocks disagree; nothing ends before it begins.
        ([(2, report(STARTED)), (3, report(FINISHED, finished_at=minutes(1)))], FINISHED, 1, 1),
    ],
)
def test_what_is_known_after_reports(
    reports: list[tuple[float, DeploymentReport]],
    status: DeploymentStatus,
    started: float,
    finished: float | None,
) -> None:
    known = deployed(*reports)
    assert (known.status, known.started_at) == (status, minutes(started))
    assert known.finished_at == (None if finished is None else minutes(finished))


def test_later_reports_fill_in_what_earlier_ones_left_out() -> None:
    known = deployed(
        (0, report(STARTED, version="1.4.2", by="ana")), (4, report(FINISHED, url="https://ci.example/7"))
    )
    assert (known.version, known.by, known.url) == ("1.4.2", "ana", "https://ci.example/7")


def test_repeated_end_does_not_move_forward() -> None:
    # It would excuse alerts for as long as somebody repeats it.
    once = (4, report(FINISHED, finished_at=minutes(4)))
    known = deployed((0, report(STARTED)), once, (9, report(FINISHED, finished_at=minutes(9))))
    assert known.finished_at == minutes(4)
    corrected = deployed((0, report(STARTED)), once, (9, report(FINISHED, finished_at=minutes(3))))
    assert corrected.finished_at == minutes(3)


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (report(FINISHED, id="7", version="1.4.2"), True),
        (report(STARTED, id="8"), False),
        # Another service or environment may well have a run of the same number.
        (replace(report(STARTED, id="7"), service="mail"), False),
        (report(STARTED, id="7", environment="staging"), False),
    ],
)
def test_id_of_the_sender_names_the_deployment(other: DeploymentReport, *, is_same: bool) -> None:
    key = deployment_key(report(STARTED, id="7"), NOON)
    assert len(key) == 32
    assert (deployment_key(other, minutes(5)) == key) is is_same


def test_without_an_id_each_start_is_a_deployment_of_its_own() -> None:
    one, other = deployment_key(report(STARTED), NOON), deployment_key(report(STARTED), minutes(1))
    assert one != other
    timed = report(STARTED, started_at=NOON)
    # Unless it says when it was: the same report sent again.
    assert deployment_key(timed, minutes(1)) == deployment_key(timed, minutes(2))


RUNNING = (
    Deployment(key="b", service="shop", status=STARTED, started_at=minutes(2), version="1.5"),
    Deployment(key="a", service="shop", status=STARTED, started_at=minutes(0), environment="staging"),
)


@pytest.mark.parametrize(
    ("end", "key"),
    [
        (report(FINISHED), "b"),
        (report(FAILED, version="1.5"), "b"),
        # Another version is another deployment.
        (report(FINISHED, version="1.4"), "a"),
        (report(FINISHED, version="1.4", environment="production"), None),
        # It had not begun by then.
        (report(FINISHED, finished_at=minutes(1)), "a"),
        (report(FINISHED, id="7"), None),
        (report(STARTED), None),
    ],
)
def test_end_without_an_id_is_that_of_the_newest_that_may_be_meant(
    end: DeploymentReport, key: str | None
) -> None:
    meant = meant_by(end, RUNNING)
    assert (meant.key if meant else None) == key


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("production", "production", True),
        ("Prod", "production", True),
        ("production", "staging", False),
        # Nobody said.
        ("", "staging", True),
        ("unknown", "staging", True),
    ],
)
def test_environments(one: str, other: str, *, may_be: bool) -> None:
    assert may_be_same_environment(one, other) is may_be
    assert may_be_same_environment(other, one) is may_be
