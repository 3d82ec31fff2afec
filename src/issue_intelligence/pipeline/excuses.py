"""Finds the excuse that holds for an incident now, if there is one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from issue_intelligence.core.decide.deployments import DeploymentLimits, suppression_by_deployments
from issue_intelligence.core.decide.inputs import ActiveSuppression
from issue_intelligence.core.decide.self_resolved import (
    RECURRING_TIMES,
    RECURRING_WITHIN,
    short_failures,
    suppression_by_self_resolving,
)
from issue_intelligence.core.decide.suppression import suppression_by_silences
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.pipeline.flaps import Flaps
from issue_intelligence.ports.episode_store import EpisodeStore
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.silence_store import SilenceStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuses:
    silences: SilenceStore
    deployment_limits: DeploymentLimits
    flaps: Flaps
    episodes: EpisodeStore
    # What resolves this soon after its start, and leaves no harm, is no issue; 0 for never.
    self_resolved_grace: timedelta

    async def holding(
        self,
        incident: Incident,
        dated: Sequence[tuple[Alert, AlertContext]],
        found: Investigation,
        now: datetime,
        *,
        deciding: bool,
    ) -> ActiveSuppression | None:
        """Give the excuse that holds now, None for none; what people asked for comes first.

        `deciding` is False where only its end is wanted: what resolved by itself is decided once.
        """
        alerts = [alert for alert, _ in dated]
        silence = suppression_by_silences(await self.silences.in_force(now), alerts, now)
        changes = (found.changes.data if found.changes else None) or ()
        return (
            silence
            or suppression_by_deployments(changes, alerts, incident, now=now, limits=self.deployment_limits)
            or (await self._self_resolved(incident, dated, found, now) if deciding else None)
            or await self.flaps.excuse(incident, found, now)
        )

    async def calm_at(self, incident: Incident, now: datetime) -> datetime | None:
        """Say when an incident that flaps has calmed down; None when it does not flap."""
        spell = await self.flaps.holding(incident, now)
        return spell.calm_at if spell else None

    async def _self_resolved(
        self,
        incident: Incident,
        dated: Sequence[tuple[Alert, AlertContext]],
        found: Investigation,
        now: datetime,
    ) -> ActiveSuppression | None:
        grace = self.self_resolved_grace
        excuse = suppression_by_self_resolving(dated, found, grace=grace)
        if excuse is None:
            return None
        since = now - RECURRING_WITHIN
        times = short_failures(await self.episodes.of_key(incident.key, since), grace=grace, now=now)
        if times < RECURRING_TIMES:
            return excuse
        run = Run(incident_id=incident.id, revision=incident.started_revision)
        tells = await self.episodes.tells(run, incident.key, "recurring", since, now)
        return replace(excuse, recurred=times) if tells else excuse
