"""Finds the excuse that holds for an incident now, if there is one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from issue_intelligence.core.decide.cause import cause_of
from issue_intelligence.core.decide.deployments import DeploymentLimits, suppression_by_deployments
from issue_intelligence.core.decide.ignoring import Ignoring, judge_patterns
from issue_intelligence.core.decide.inputs import ActiveSuppression, RuleInput, ValidationThresholds
from issue_intelligence.core.decide.suppression import (
    excuse_begins,
    suppression_by_maintenance,
    suppression_by_silences,
)
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.maintenance import MaintenanceWindow
from issue_intelligence.ports.ignore_pattern_store import IgnorePatternStore
from issue_intelligence.ports.maintenance_store import MaintenanceStore
from issue_intelligence.ports.silence_store import SilenceStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuses:
    silences: SilenceStore
    maintenance: MaintenanceStore
    patterns: IgnorePatternStore
    deployment_limits: DeploymentLimits
    # `[[maintenance]]` of the configuration.
    windows_of_file: Sequence[MaintenanceWindow] = ()
    thresholds: ValidationThresholds = field(default_factory=ValidationThresholds)

    async def holding(
        self,
        incident: Incident,
        dated: Sequence[tuple[Alert, AlertContext]],
        found: Investigation,
        now: datetime,
    ) -> ActiveSuppression | None:
        """Give the excuse that holds now, None for none; what people asked for comes first."""
        alerts = [alert for alert, _ in dated]
        changes = (found.changes.data if found.changes else None) or ()
        return (
            suppression_by_silences(await self.silences.in_force(now), alerts, now)
            or suppression_by_maintenance(await self._windows(), alerts, incident, now)
            or suppression_by_deployments(changes, alerts, incident, now=now, limits=self.deployment_limits)
            or (await self.ignoring(incident, dated, found, now)).suppression
        )

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

    async def note_use(self, pattern_id: str, incident: Incident, now: datetime) -> None:
        """Count a pattern that decided; counting twice changes nothing."""
        await self.patterns.used(pattern_id, incident.id, now)

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
