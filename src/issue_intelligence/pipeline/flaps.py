"""Finds out whether an incident flaps, and whether that keeps people from being told of it again."""

from dataclasses import dataclass, field
from datetime import datetime

from issue_intelligence.core.decide.flapping import FlapLimits, Flapping, excuse_of, flapping_of, got_worse
from issue_intelligence.core.decide.inputs import ActiveSuppression
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.verdict import Conclusion, ExcuseKind
from issue_intelligence.ports.episode_store import EpisodeStore
from issue_intelligence.ports.incident_store import Findings, Run
from issue_intelligence.ports.issue_ledger import IssueLedger

_TOLD = (Conclusion.REAL, Conclusion.POSSIBLE, Conclusion.MONITORING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaps:
    episodes: EpisodeStore
    ledger: IssueLedger
    limits: FlapLimits = field(default_factory=FlapLimits)

    async def newest(self, incident: Incident) -> Flapping | None:
        """Give the newest spell, which may be over."""
        if incident.alert_count <= self.limits.cycles:
            return None
        return flapping_of(await self.episodes.of_incident(incident.id), self.limits)

    async def holding(self, incident: Incident, now: datetime) -> Flapping | None:
        """Give the spell that goes on, if people know of the incident; whom nobody told of is told."""
        held = await self._held(incident, now)
        return held[0] if held else None

    async def is_held(self, incident: Incident, findings: Findings, now: datetime) -> bool:
        """Tell whether people are kept from hearing of this look.

        While it fires, its verdict says so, which knows whether it got worse; an end has none of its own.
        """
        if incident.status is IncidentStatus.OPEN:
            excuse = findings.verdict.validation.excuse
            return excuse is ExcuseKind.FLAPPING and await self.newest(incident) is not None
        return await self.holding(incident, now) is not None

    async def excuse(
        self, incident: Incident, found: Investigation, now: datetime
    ) -> ActiveSuppression | None:
        """Give the excuse, unless it got worse than people know."""
        held = await self._held(incident, now)
        if held is None or got_worse(held[1].investigation, found):
            return None
        return excuse_of(held[0])

    async def tells(self, run: Run, spell: Flapping) -> bool:
        """Tell whether it is this run that says of the spell, once, that it flaps."""
        # A spell has the name of its beginning, so whatever was told since is about this one.
        return await self.episodes.tells(run, run.incident_id, "flapping", spell.began_at, spell.began_at)

    async def _held(self, incident: Incident, now: datetime) -> tuple[Flapping, Findings] | None:
        spell = await self.newest(incident)
        if spell is None or now >= spell.calm_at or await self.ledger.is_waiting(incident.id):
            return None
        told = await self.episodes.told_findings(incident.id)
        if told is None or told.verdict.validation.conclusion not in _TOLD:
            return None
        return spell, told
