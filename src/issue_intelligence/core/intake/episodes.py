"""What an incoming alert means for what is already stored of its episode."""

from datetime import timedelta
from enum import StrEnum

from issue_intelligence.core.model.alert import Alert, AlertStatus

# A firing alert that comes this long after its own resolve was not merely overtaken on the way:
# Alertmanagers that work as a pair wait 15 s for each other, and a notification gets 30 s.
LATE_DELIVERY = timedelta(minutes=2)


class EpisodeChange(StrEnum):
    # Nothing was known of this episode.
    NEW = "new"
    # The same status again, after the sender's repeat interval or from the other half of a pair.
    REPEAT = "repeat"
    RESOLVED = "resolved"
    # Fires again under its old start time, long after it had resolved.
    REFIRED = "refired"
    # A firing that was overtaken by its own resolve.
    STALE = "stale"
    # First heard of when it was already over.
    RESOLVED_UNSEEN = "resolved_unseen"


def episode_change(
    stored_status: AlertStatus | None, incoming: Alert, *, since_resolve: timedelta | None = None
) -> EpisodeChange:
    """Say what `incoming` changes; `stored_status` is that of the alert with the same id, None for none.

    `since_resolve` is how long before this delivery the stored resolve was received. None means
    that nobody knows, and then a firing after a resolve counts as overtaken: a new firing of
    the rule normally has a new start time and with it another id.
    """
    fires = incoming.status is AlertStatus.FIRING
    if stored_status is None:
        return EpisodeChange.NEW if fires else EpisodeChange.RESOLVED_UNSEEN
    if stored_status is incoming.status:
        return EpisodeChange.REPEAT
    if not fires:
        return EpisodeChange.RESOLVED
    if since_resolve is not None and since_resolve >= LATE_DELIVERY:
        return EpisodeChange.REFIRED
    return EpisodeChange.STALE


def deserves_look(change: EpisodeChange) -> bool:
    """Say whether the incident should be looked at again because of this change."""
    return change not in {EpisodeChange.REPEAT, EpisodeChange.STALE}
