"""An incident that ends takes its issue with it, whatever happened on the way."""

from dataclasses import replace
from datetime import timedelta

from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.core.model.issue import IssueState
from tests.database.events import NOW, numbered
from tests.pipeline.journey_parts import AUTO_CLOSE_AFTER, Stage, StepByStep

MINUTE = timedelta(minutes=1)


def firing() -> Alert:
    return numbered(1, starts_at=NOW)


def resolved(*, at_minute: float = 5) -> Alert:
    return numbered(1, starts_at=NOW, status=AlertStatus.RESOLVED, ends_at=NOW + at_minute * MINUTE)


def state_of(stage: Stage, number: int = 1) -> IssueState:
    return stage.tracker.issues[number].tracked.state


async def test_issue_closes_a_day_after_its_incident_resolved(stage: Stage) -> None:
    await stage.receive(firing())
    await stage.run_all()
    stage.clock.at = NOW + 5 * MINUTE
    await stage.receive(resolved())
    await stage.run_all()
    await stage.run_next(NOW + 5 * MINUTE + AUTO_CLOSE_AFTER)
    assert state_of(stage) is IssueState.CLOSED
    assert len(stage.tracker.issues[1].comments) == 2


async def test_issue_closes_although_we_were_down_when_it_was_due(stage: Stage) -> None:
    """The plan was made before the crash, and a day later the run goes on with it."""
    await stage.receive(firing())
    await stage.run_all()
    stage.clock.at = NOW + 5 * MINUTE
    await stage.receive(resolved())

    async def two_days_pass() -> None:
        stage.clock.advance(timedelta(days=2))

    await stage.run_all(before={"report_issue": two_days_pass})
    await stage.run_next(stage.clock.now() + 2 * MINUTE)
    assert state_of(stage) is IssueState.CLOSED


async def test_issue_of_an_incident_that_was_long_over_when_we_heard_of_it_closes(stage: Stage) -> None:
    stage.clock.at = NOW + timedelta(days=2)
    await stage.receive(resolved())
    await stage.run_all()
    assert state_of(stage) is IssueState.OPEN
    await stage.run_next(stage.clock.now() + 2 * MINUTE)
    assert state_of(stage) is IssueState.CLOSED


async def test_issue_of_an_incident_that_was_followed_by_one_of_another_cause_closes(stage: Stage) -> None:
    """The same alert rule fires two hours later for another error."""
    await stage.receive(firing())
    await stage.run_all()
    await stage.receive(resolved(at_minute=0))
    await stage.run_next(NOW + 5 * MINUTE)
    stage.clock.at = NOW + 120 * MINUTE
    stage.log.message = "the coffee is out"
    await stage.receive(numbered(2, starts_at=stage.clock.now()))
    await stage.run_all()
    assert len(stage.tracker.issues) == 2
    await stage.run_next(NOW + 5 * MINUTE + AUTO_CLOSE_AFTER)
    assert (state_of(stage, 1), state_of(stage, 2)) == (IssueState.CLOSED, IssueState.OPEN)


async def test_issue_waits_for_the_last_incident_of_its_cause(stage: Stage) -> None:
    """It has stayed away for a day only when that has been over for a day."""
    await stage.receive(firing())
    await stage.run_all()
    await stage.receive(resolved(at_minute=0))
    await stage.run_next(NOW + 5 * MINUTE)
    later = NOW + timedelta(hours=20)
    stage.clock.at = later
    again = numbered(2, starts_at=later)
    await stage.receive(again)
    await stage.run_all()
    await stage.receive(replace(again, status=AlertStatus.RESOLVED, ends_at=later))
    await stage.run_next(later + 5 * MINUTE)
    await stage.run_next(NOW + 5 * MINUTE + AUTO_CLOSE_AFTER)
    assert state_of(stage) is IssueState.OPEN
    await stage.run_next(later + 5 * MINUTE + AUTO_CLOSE_AFTER)
    assert state_of(stage) is IssueState.CLOSED


async def test_one_of_two_incidents_that_end_together_closes_their_issue(stage: Stage) -> None:
    """Their looks may be under way at the same time, and neither may leave it to the other for ever."""
    rules = [numbered(number, starts_at=NOW, labels={"alertname": f"Rule {number}"}) for number in (1, 2)]
    await stage.receive(*rules)
    await stage.run_all()
    await stage.receive(*(replace(rule, status=AlertStatus.RESOLVED, ends_at=NOW) for rule in rules))
    await stage.run_next(NOW + MINUTE)
    stage.clock.at = NOW + 2 * MINUTE + AUTO_CLOSE_AFTER
    first, second = await stage.store.claim_runs(stage.clock.now(), 50)

    async def the_other_run() -> None:
        await stage.journey()(StepByStep(), second)

    await stage.journey()(StepByStep({"finish": the_other_run}), first)
    assert list(stage.tracker.issues) == [1]
    assert state_of(stage) is IssueState.CLOSED
