from datetime import timedelta

import pytest

from issue_intelligence.core.intake.episodes import EpisodeChange, deserves_look, episode_change
from issue_intelligence.core.model.alert import AlertStatus
from tests.factories.alerts import an_alert

FIRING, RESOLVED = AlertStatus.FIRING, AlertStatus.RESOLVED


@pytest.mark.parametrize(
    ("stored", "incoming", "since_resolve", "change", "looks"),
    [
        # First heard of.
        (None, FIRING, None, EpisodeChange.NEW, True),
        # We were down while it fired.
        (None, RESOLVED, None, EpisodeChange.RESOLVED_UNSEEN, True),
        # The repeat interval, or the other half of a pair of Alertmanagers.
        (FIRING, FIRING, None, EpisodeChange.REPEAT, False),
        (RESOLVED, RESOLVED, timedelta(hours=4), EpisodeChange.REPEAT, False),
        (FIRING, RESOLVED, None, EpisodeChange.RESOLVED, True),
        # Delivered out of order: the resolve overtook the firing.
        (RESOLVED, FIRING, timedelta(seconds=20), EpisodeChange.STALE, False),
        # Nobody knows when the resolve came.
        (RESOLVED, FIRING, None, EpisodeChange.STALE, False),
        # Too late to have been overtaken: it fires again and kept its start time.
        (RESOLVED, FIRING, timedelta(minutes=5), EpisodeChange.REFIRED, True),
    ],
)
def test_change_of_an_episode(
    stored: AlertStatus | None,
    incoming: AlertStatus,
    since_resolve: timedelta | None,
    change: EpisodeChange,
    looks: bool,
) -> None:
    decided = episode_change(stored, an_alert(status=incoming), since_resolve=since_resolve)
    assert decided is change
    assert deserves_look(decided) is looks
