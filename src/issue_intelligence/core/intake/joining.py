"""Decides which incident an alert belongs to: join one, bring one back, or open one."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from issue_intelligence.core.intake.episodes import EpisodeChange, deserves_look, episode_change
from issue_intelligence.core.model.alert import Alert, AlertContext, AlertStatus
from issue_intelligence.core.model.incident import Incident, IncidentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEpisode:
    """What is stored of an episode."""

    status: AlertStatus
    incident_id: str
    # When the delivery that gave it this status was received.
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Where one alert went, and what it meant for its episode."""

    incident_id: str
    change: EpisodeChange


class IncidentBook:
    """The incidents that some alerts are about, brought up to date alert by alert.

    It only computes; the caller loads what is stored and saves `changed_incidents`.
    """

    def __init__(
        self,
        *,
        incidents: Iterable[Incident],
        episodes: Mapping[str, KnownEpisode],
        firing: Mapping[str, Iterable[str]],
        rejoin_window: timedelta,
    ) -> None:
        """`incidents` are those not closed and those of `episodes`; `firing` are alert ids by incident."""
        self._by_id = {incident.id: incident for incident in incidents}
        self._open_by_key = {
            incident.key: incident.id
            for incident in self._by_id.values()
            if incident.status is not IncidentStatus.CLOSED
        }
        self._episodes = dict(episodes)
        self._firing = {incident_id: set(alert_ids) for incident_id, alert_ids in firing.items()}
        self._rejoin_window = rejoin_window
        self._before = dict(self._by_id)

    def changed_incidents(self) -> tuple[list[Incident], list[Incident]]:
        """Those to insert, and those to update."""
        new = [incident for incident in self._by_id.values() if incident.id not in self._before]
        changed = [
            incident
            for incident in self._by_id.values()
            if incident.id in self._before and incident != self._before[incident.id]
        ]
        return new, changed

    def take(self, alert: Alert, context: AlertContext, key: str, received_at: datetime) -> Joined:
        episode = self._episodes.get(alert.id)
        change = (
            episode_change(episode.status, alert, since_resolve=received_at - episode.since)
            if episode
            else episode_change(None, alert)
        )
        if episode is None:
            incident = self._incident_for(alert, context, key, received_at)
            incident = replace(incident, alert_count=incident.alert_count + 1)
        else:
            incident = self._by_id[episode.incident_id]
        if change is EpisodeChange.REFIRED:
            incident = self._back(incident, alert, context, key, received_at)
        if change in (EpisodeChange.REPEAT, EpisodeChange.STALE):
            return Joined(incident_id=incident.id, change=change)

        self._episodes[alert.id] = KnownEpisode(
            status=alert.status, incident_id=incident.id, since=received_at
        )
        firing = self._firing.setdefault(incident.id, set())
        if alert.status is AlertStatus.FIRING:
            firing.add(alert.id)
        else:
            firing.discard(alert.id)
        self._by_id[incident.id] = self._after(incident, change, alert, received_at)
        return Joined(incident_id=incident.id, change=change)

    def _after(
        self, incident: Incident, change: EpisodeChange, alert: Alert, received_at: datetime
    ) -> Incident:
        if incident.status is IncidentStatus.CLOSED:
            return incident
        if self._firing[incident.id]:
            look = deserves_look(change) and alert.status is AlertStatus.FIRING
            return replace(
                incident,
                status=IncidentStatus.OPEN,
                resolved_at=None,
                revision=_with_look(incident) if look else incident.revision,
            )
        # A sender's clock may run ahead of ours; an incident is not resolved in the future. An end
        # that is heard of late is no new end: it would be told a second time.
        resolved_at = min(alert.ends_at or received_at, received_at)
        if incident.resolved_at is not None:
            resolved_at = max(resolved_at, incident.resolved_at)
        return replace(
            incident,
            status=IncidentStatus.RESOLVED,
            resolved_at=resolved_at,
            revision=_with_look(incident),
        )

    def _back(
        self, incident: Incident, alert: Alert, context: AlertContext, key: str, received_at: datetime
    ) -> Incident:
        """Find the incident of an alert that fires again, which counts as a further alert of it."""
        if incident.status is IncidentStatus.CLOSED:
            # Nobody looks at a closed incident, so the alert goes to the one that followed, or reopens it.
            follower = self._open_by_key.get(key)
            if follower is not None:
                incident = self._by_id[follower]
            elif incident.key == key:
                incident = replace(incident, status=IncidentStatus.OPEN, resolved_at=None)
                self._open_by_key[key] = incident.id
            else:
                incident = self._incident_for(alert, context, key, received_at)
        return replace(incident, alert_count=incident.alert_count + 1)

    def _incident_for(self, alert: Alert, context: AlertContext, key: str, received_at: datetime) -> Incident:
        incident_id = self._open_by_key.get(key)
        if incident_id is not None:
            incident = self._by_id[incident_id]
            if incident.resolved_at is None or incident.resolved_at >= received_at - self._rejoin_window:
                return incident
            # It has been over for long: what comes now is a new incident. Its issue is still to be
            # closed when the time comes, so the recheck stays.
            self._by_id[incident_id] = replace(incident, status=IncidentStatus.CLOSED)
        incident = Incident(
            id=hashlib.sha256(f"{key}:{alert.id}".encode()).hexdigest()[:32],
            key=key,
            service=context.affected_service,
            environment=context.environment,
            alert_name=context.alert_name,
            status=IncidentStatus.OPEN,
            opened_at=received_at,
            resolved_at=None,
            alert_count=0,
            revision=0,
            started_revision=0,
            handled_revision=0,
        )
        self._by_id[incident.id] = incident
        self._open_by_key[key] = incident.id
        return incident


def _with_look(incident: Incident) -> int:
    """Ask for a look, unless one waits already: it will see this too. So revisions count looks."""
    return max(incident.revision, incident.started_revision + 1)
