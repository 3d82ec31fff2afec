"""Finds the excuse that holds for an incident now, if there is one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from issue_intelligence.core.decide.cause import cause_of
from issue_intelligence.core.decide.deployments import DeploymentLimits, suppression_by_deployments
from issue_intelligence.core.decide.ignoring import Ignoring, judge_patterns
from issue_intelligence.core.decide.inputs import ActiveSuppression, RuleInput, ValidationThresholds
from issue_intelligence.core.decide.self_resolved import (
    RECURRING_TIMES,
    RECURRING_WITHIN,
    short_failures,
    suppression_by_self_resolving,
)
from issue_intelligence.core.decide.suppression import (
    excuse_begins,
    suppression_by_maintenance,
    suppression_by_silences,
)
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.maintenance import MaintenanceWindow
from issue_intelligence.pipeline.flaps import Flaps
from issue_intelligence.ports.episode_store import EpisodeStore
from issue_intelligence.ports.ignore_pattern_store import IgnorePatternStore
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.maintenance_store import MaintenanceStore
from issue_intelligence.ports.silence_store import SilenceStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuses:
    silences: SilenceStore
    maintenance: MaintenanceStore
    patterns: IgnorePatternStore
    deployment_limits: DeploymentLimits
    flaps: Flaps
    episodes: EpisodeStore
    # What resolves this soon after its start, and leaves no harm, is no issue; 0 for never.
    self_resolved_grace: timedelta
    # `[[maintenance]]` of the configuration.
    windows_of_file: Sequence[MaintenanceWindow] = ()
    thresholds: ValidationThresholds = field(default_factory=ValidationThresholds)

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
        changes = (found.changes.data if found.changes else None) or ()
        return (
            suppression_by_silences(await self.silences.in_force(now), alerts, now)
            or suppression_by_maintenance(await self._windows(), alerts, incident, now)
            or suppression_by_deployments(changes, alerts, incident, now=now, limits=self.deployment_limits)
            or (await self.ignoring(incident, dated, found, now)).suppression
            or (await self._self_resolved(incident, dated, found, now) if deciding else None)
            or await self.flaps.excuse(incident, found, now)
        )

    async def outlived(
        self,
        incident: Incident,
        dated: Sequence[tuple[Alert, AlertContext]],
        found: Investigation,
        now: datetime,
    ) -> str:
        """Say why an ignore pattern that covers it does not hold any more; "" for none."""
        return (await self.ignoring(incident, dated, found, now)).outlived

    async def calm_at(self, incident: Incident, now: datetime) -> datetime | None:
        """Say when an incident that flaps has calmed down; None when it does not flap."""
        spell = await self.flaps.holding(incident, now)
        return spell.calm_at if spell else None

    async def ignoring(
        self,
        incident: Incident,
        dated: Sequence[tuple[Alert, AlertContext]],
        found: Investigation,
        now: datetime,
    ) -> Ignoring:
        """Say whether people called it a false positive, or why that does not hold any more."""
        patterns = await self.patterns.in_force(incident.service, incident.environment, now)
        if not patterns:
            return Ignoring()
        contexts = tuple(context for _, context in dated)
        given = RuleInput(contexts=contexts, investigation=found, thresholds=self.thresholds)
        return judge_patterns(patterns, incident, cause_of(incident, given), now)

    async def note_use(
        self,
        incident: Incident,
        dated: Sequence[tuple[Alert, AlertContext]],
        found: Investigation,
        now: datetime,
    ) -> None:
        """Count the pattern that decided; counting twice changes nothing."""
        pattern = (await self.ignoring(incident, dated, found, now)).pattern
        if pattern is not None:
            await self.patterns.used(pattern.id, incident.id, now)

    async def begins_at(
        self, incident: Incident, dated: Sequence[tuple[Alert, AlertContext]], now: datetime
    ) -> datetime | None:
        """Say when people will next want to hear no more of it; None for never."""
        return excuse_begins(
            await self.silences.pending(now),
            await self._windows(),
            [alert for alert, _ in dated],
            incident,
            now,
        )

    async def _windows(self) -> tuple[MaintenanceWindow, ...]:
        return (*self.windows_of_file, *await self.maintenance.all())

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
