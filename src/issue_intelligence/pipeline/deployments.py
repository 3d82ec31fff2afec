"""Takes in what is reported about deployments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from issue_intelligence.core.intake.deployments import deployment_key
from issue_intelligence.core.intake.service_labels import service_named
from issue_intelligence.core.model.deployment import Deployment, DeploymentReport
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.deployment_store import DeploymentStore


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDeployment:
    deployment: Deployment
    # False when it was known already.
    is_new: bool
    # Whether the catalogue has its service.
    in_catalogue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentIntake:
    deployments: DeploymentStore
    catalogue: Sequence[Service]
    settling: timedelta
    clock: Clock

    async def record(self, report: DeploymentReport) -> RecordedDeployment:
        """Store a report under the catalogue's name of its service. Raises OutsideError."""
        service = service_named(report.service, self.catalogue)
        if service is not None and not service.answers_for_all:
            # Alerts find their service by aliases too, and both must end up with one name.
            report = replace(report, service=service.name)
        now = self.clock.now()
        deployment, is_new = await self.deployments.record(
            redact_tree(report),
            # Of what was sent: redacted, two ids could be one.
            key=deployment_key(report, now),
            now=now,
            settling=self.settling,
        )
        return RecordedDeployment(deployment=deployment, is_new=is_new, in_catalogue=service is not None)
