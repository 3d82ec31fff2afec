"""How long an incident rests between two looks."""

from datetime import timedelta

from issue_intelligence.core.model.alert import AlertStatus
from tests.database.events import NOW, numbered
from tests.pipeline.journey_parts import Stage


async def test_many_alerts_at_once_are_one_look_and_the_next_comes_soon(stage: Stage) -> None:
    firing = [numbered(number, starts_at=NOW) for number in range(1, 21)]
    resolved = [
        numbered(number, starts_at=NOW, status=AlertStatus.RESOLVED, ends_at=NOW) for number in range(1, 21)
    ]
    for alert in firing:
        await stage.receive(alert)
    assert len(await stage.run_all()) == 1
    await stage.receive(*resolved)
    assert len(await stage.run_next(NOW + timedelta(seconds=2))) == 1


async def test_alert_during_a_look_deserves_another(stage: Stage) -> None:
    await stage.receive(numbered(1, starts_at=NOW))
    (first,) = await stage.run_all(
        before={
            "finish": lambda: stage.receive(numbered(2, starts_at=NOW)),
            "notify": lambda: stage.receive(numbered(3, starts_at=NOW)),
        }
    )
    (second,) = await stage.run_next(NOW + timedelta(seconds=2))
    assert (first.revision, second.revision) == (1, 2)
