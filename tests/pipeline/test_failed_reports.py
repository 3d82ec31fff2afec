"""What becomes of news that could not be told."""

from datetime import timedelta

import pytest

from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.ports.dead_letters import DeadLetter
from issue_intelligence.ports.errors import OutsideError, PermanentError
from tests.database.events import NOW, numbered
from tests.pipeline.journey_parts import Stage, StepByStep

HOUR = timedelta(hours=1)


async def fail_once(stage: Stage) -> None:
    """Take the journey while the tracker is away, and end as a failed run ends."""
    (run,) = await stage.store.claim_runs(stage.clock.now(), 50)
    journey = stage.journey()

    async def tracker_fails() -> None:
        stage.tracker.failures.append(PermanentError("the tracker is away"))

    with pytest.raises(OutsideError):
        await journey(StepByStep({"report_issue": tracker_fails}), run)
    now = stage.clock.now()
    await stage.dead_letters.add(
        DeadLetter(
            step="report_issue",
            incident_id=run.incident_id,
            revision=run.revision,
            reason="the tracker is away",
            at=now,
        )
    )
    await stage.ledger.give_up(run.incident_id, run.revision, "the tracker is away")
    await stage.store.finish_run(run, now, quiet_until=now, recheck_at=now + HOUR / 4)


def alert(number: int, hour: float, status: AlertStatus = AlertStatus.FIRING) -> Alert:
    at = NOW + hour * HOUR
    return numbered(
        number, starts_at=NOW, status=status, ends_at=None if status is AlertStatus.FIRING else at
    )


async def test_recurrence_is_told_by_the_next_look(stage: Stage) -> None:
    await stage.receive(alert(1, 0))
    await stage.run_all()
    await stage.receive(alert(1, 0, AlertStatus.RESOLVED))
    stage.clock.at = NOW + 3 * HOUR
    await stage.run_all()
    await stage.receive(alert(2, 3))
    await fail_once(stage)
    told, noticed = len(stage.tracker.issues[1].comments), len(stage.notifier.notices)
    await stage.run_next(NOW + 4 * HOUR)
    assert len(stage.tracker.issues[1].comments) == told + 1
    assert len(stage.notifier.notices) == noticed + 1
