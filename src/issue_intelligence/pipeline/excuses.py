"""Finds the excuse that holds for an incident now, if there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.decide.deployments import DeploymentLimits, suppression_by_deployments
from issue_intelligence.core.decide.inputs import ActiveSuppression
from issue_intelligence.core.decide.suppression import suppression_by_silences
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.pipeline.dependencies import Dependencies
from issue_intelligence.ports.silence_store import SilenceStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuses:
    silences: SilenceStore
    deployment_limits: DeploymentLimits
    # None where nobody needs anybody.
    dependencies: Dependencies | None = None

    async def holding(
        self,
        incident: Incident,
        dated: Sequence[tuple[Alert, AlertContext]],
        found: Investigation,
        now: datetime,
    ) -> ActiveSuppression | None:
        """Give the excuse that holds now, None for none; what people asked for comes first."""
        alerts = [alert for alert, _ in dated]
        silence = suppression_by_silences(await self.silences.in_force(now), alerts, now)
        changes = (found.changes.data if found.changes else None) or ()
        excuse = silence or suppression_by_deployments(
            changes, alerts, incident, now=now, limits=self.deployment_limits
        )
        if excuse is None and self.dependencies is not None:
            excuse = await self.dependencies.excuse(incident, alerts, found, now)
        return excuse
