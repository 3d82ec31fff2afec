"""When what people asked for begins, what it covers, and when to look whether it still does."""

from datetime import datetime, timedelta

import pytest

from issue_intelligence.core.decide.inputs import ActiveSuppression, ExcuseKind
from issue_intelligence.core.decide.suppression import excuse_begins, next_look, suppression_by_maintenance
from issue_intelligence.core.intake.silencing import silence_state
from issue_intelligence.core.model.alert import AlertStatus
from issue_intelligence.core.model.silence import SilenceState
from tests.core.decide.test_ignoring import INCIDENT
from tests.factories.alerts import an_alert
from tests.factories.quiet import NOON, silence, window


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


A, B = an_alert(labels={"instance": "a"}), an_alert(labels={"instance": "b"})
B_IS_OVER = an_alert(labels={"instance": "b"}, status=AlertStatus.RESOLVED, ends_at=NOON)


def test_window_covers_an_incident_when_it_covers_every_alert_that_fires() -> None:
    of_a = window("instance=a")
    found = suppression_by_maintenance([of_a], [A, B_IS_OVER], INCIDENT, at(1))
    assert found == ActiveSuppression(
        kind=ExcuseKind.MAINTENANCE, text='maintenance "backup" by ana: disks', until=at(60)
    )
    assert suppression_by_maintenance([of_a], [A, B], INCIDENT, at(1)) is None
    assert suppression_by_maintenance([of_a], [A], INCIDENT, at(60)) is None
    assert suppression_by_maintenance([], [A], INCIDENT, at(1)) is None


def test_excuse_of_two_windows_ends_with_the_first() -> None:
    windows = [window("instance=a", minutes=90), window("instance=b", minutes=30)]
    found = suppression_by_maintenance(windows, [A, B], INCIDENT, at(1))
    assert found is not None
    assert found.until == at(30)


def test_excuse_begins_with_the_first_that_covers_an_alert() -> None:
    later = silence("instance=a", starts_at=at(40))
    windows = [window("service=shop", starts_at=at(20)), window("service=mail", starts_at=at(5))]
    assert excuse_begins([later], windows, [A], INCIDENT, NOON) == at(20)
    assert excuse_begins([later], windows, [A], INCIDENT, at(30)) == at(40)
    # One that holds already has begun.
    assert excuse_begins([later], windows, [A], INCIDENT, at(40)) is None


@pytest.mark.parametrize(
    ("kind", "until", "look"),
    [
        # People know how long their work takes.
        (ExcuseKind.SILENCE, at(600), at(600)),
        (ExcuseKind.MAINTENANCE, at(600), at(600)),
        (ExcuseKind.DEPENDENCY, None, None),
        # What is ignored may get worse at any time.
        (ExcuseKind.IGNORED, at(600), at(15)),
        (ExcuseKind.IGNORED, at(5), at(5)),
        (ExcuseKind.IGNORED, None, at(15)),
    ],
)
def test_when_to_look_whether_an_excuse_still_holds(
    kind: ExcuseKind, until: datetime | None, look: datetime | None
) -> None:
    assert next_look(ActiveSuppression(kind=kind, text="x", until=until), NOON) == look


def test_without_an_excuse_there_is_nothing_to_look_for() -> None:
    assert next_look(None, NOON) is None


@pytest.mark.parametrize(
    ("minutes", "state"),
    [
        (-1, SilenceState.PENDING),
        (0, SilenceState.ACTIVE),
        (59, SilenceState.ACTIVE),
        (60, SilenceState.EXPIRED),
    ],
)
def test_state_of_a_silence(minutes: int, state: SilenceState) -> None:
    assert silence_state(silence(), at(minutes)) is state


def test_silence_that_was_ended_before_it_began_is_expired() -> None:
    assert silence_state(silence(starts_at=at(30), ends_at=NOON), NOON) is SilenceState.EXPIRED
