"""Which incident an alert belongs to, over the life of an incident."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from issue_intelligence.core.intake.context import alert_context
from issue_intelligence.core.intake.episodes import EpisodeChange
from issue_intelligence.core.intake.joining import IncidentBook, Joined, KnownEpisode
from issue_intelligence.core.model.alert import Alert, AlertStatus
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from tests.factories.alerts import STARTS_AT, an_alert

KEY = "k" * 32
FIRING, RESOLVED = AlertStatus.FIRING, AlertStatus.RESOLVED


def minutes(count: float) -> datetime:
    return STARTS_AT + timedelta(minutes=count)


def incident(**changes: object) -> Incident:
    base = Incident(
        id="a" * 32,
        key=KEY,
        service="shop",
        environment="production",
        alert_name="HighErrorRate",
        status=IncidentStatus.CLOSED,
        opened_at=minutes(1),
        resolved_at=minutes(10),
        alert_count=1,
        revision=3,
        started_revision=3,
        handled_revision=3,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def book(incidents: Iterable[Incident], **changes: KnownEpisode) -> IncidentBook:
    return IncidentBook(
        incidents=incidents,
        episodes={an_alert().id: KnownEpisode(status=RESOLVED, incident_id="a" * 32, since=minutes(10))}
        | changes,
        firing={},
        rejoin_window=timedelta(hours=1),
    )


def take(in_book: IncidentBook, alert: Alert, at: datetime) -> Joined:
    return in_book.take(alert, alert_context(alert, ()), KEY, at)


def test_alert_that_fires_again_brings_its_closed_incident_back() -> None:
    closed = book([incident()])
    joined = take(closed, an_alert(status=FIRING), minutes(3_000))
    assert joined == Joined(incident_id="a" * 32, change=EpisodeChange.REFIRED)
    assert closed.changed_incidents() == (
        [],
        [incident(status=IncidentStatus.OPEN, resolved_at=None, revision=4, alert_count=2)],
    )


def test_alert_that_fires_again_joins_the_incident_that_followed_its_own() -> None:
    follower = incident(
        id="b" * 32, status=IncidentStatus.OPEN, opened_at=minutes(90), resolved_at=None, revision=3
    )
    both = book([incident(), follower])
    joined = take(both, an_alert(status=FIRING), minutes(95))
    assert joined == Joined(incident_id="b" * 32, change=EpisodeChange.REFIRED)
    assert both.changed_incidents() == ([], [replace(follower, revision=4, alert_count=2)])
    # The follower now waits for the end of this alert too.
    resolved = take(both, an_alert(status=RESOLVED, ends_at=minutes(99)), minutes(99))
    assert resolved.incident_id == "b" * 32


def test_late_resolve_leaves_a_closed_incident_alone() -> None:
    episode = KnownEpisode(status=FIRING, incident_id="a" * 32, since=minutes(1))
    closed = book([incident()], **{an_alert().id: episode})
    take(closed, an_alert(status=RESOLVED, ends_at=minutes(20)), minutes(20))
    assert closed.changed_incidents() == ([], [])


def test_firing_again_counts_as_a_further_alert() -> None:
    """Otherwise a look finds no news in it, and an issue that says "resolved" stays as it is."""
    resolved = book([incident(status=IncidentStatus.RESOLVED)])
    take(resolved, an_alert(status=FIRING), minutes(30))
    assert [changed.alert_count for changed in resolved.changed_incidents()[1]] == [2]


def test_an_end_that_is_heard_of_late_does_not_move_the_end_of_its_incident_back() -> None:
    """The end names the comment about it, and a second end would be told a second time."""
    resolved = book([incident(status=IncidentStatus.RESOLVED)])
    unseen = an_alert(id="c" * 32, status=RESOLVED, ends_at=minutes(5))
    assert take(resolved, unseen, minutes(12)).change is EpisodeChange.RESOLVED_UNSEEN
    assert [changed.resolved_at for changed in resolved.changed_incidents()[1]] == [minutes(10)]
