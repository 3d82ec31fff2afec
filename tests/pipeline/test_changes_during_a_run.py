"""Alerts come in while a run is under way."""

from datetime import timedelta

from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.core.model.issue import IssueState
from issue_intelligence.core.model.verdict import Conclusion
from tests.database.events import NOW, numbered
from tests.pipeline.journey_parts import AUTO_CLOSE_AFTER, Stage

MINUTE = timedelta(minutes=1)


def firing(number: int = 1) -> Alert:
    return numbered(number, starts_at=NOW)


def resolved(number: int = 1, *, minute: float = 5) -> Alert:
    ends_at = NOW + minute * MINUTE
    return numbered(number, starts_at=NOW, status=AlertStatus.RESOLVED, ends_at=ends_at)


async def with_resolved_incident(stage: Stage) -> None:
    await stage.receive(firing())
    await stage.run_all()
    stage.clock.at = NOW + 5 * MINUTE
    await stage.receive(resolved())


async def test_look_without_evidence_decides_nothing_when_the_alert_comes_back_meanwhile(
    stage: Stage,
) -> None:
    await with_resolved_incident(stage)
    (run,) = await stage.run_all(before={"decide": lambda: stage.receive(firing(2))})
    assert await stage.store.findings(run) is None
    (run,) = await stage.run_next(NOW + 10 * MINUTE)
    found = await stage.store.findings(run)
    assert found is not None
    assert found.verdict.validation.conclusion is Conclusion.REAL
    # What it says is new is the alert, and not errors that the issue has long shown.
    comment = list(stage.tracker.issues[1].comments.values())[-1]
    assert "further alert" in comment
    assert "New error" not in comment


async def test_issue_is_not_closed_for_an_incident_that_fires_again(stage: Stage) -> None:
    await with_resolved_incident(stage)
    await stage.run_all()
    stage.clock.at = NOW + 5 * MINUTE + AUTO_CLOSE_AFTER

    await stage.run_all(before={"report_issue": lambda: stage.receive(firing())})
    assert stage.tracker.issues[1].tracked.state is IssueState.OPEN


async def test_issue_is_not_closed_while_another_incident_of_its_cause_fires(stage: Stage) -> None:
    await with_resolved_incident(stage)
    await stage.run_all()
    stage.clock.at = NOW + 5 * MINUTE + AUTO_CLOSE_AFTER

    async def another_incident_comments() -> None:
        await stage.receive(firing(2))
        await stage.run_all()

    await stage.run_all(before={"report_issue": another_incident_comments})
    assert stage.tracker.issues[1].tracked.state is IssueState.OPEN


async def test_issue_does_not_say_resolved_for_an_incident_that_fires_again(stage: Stage) -> None:
    await with_resolved_incident(stage)
    await stage.run_all(before={"report_issue": lambda: stage.receive(firing(2))})
    comments = stage.tracker.issues[1].comments
    assert not comments
