"""Looks up deployments near the alert's start."""

from dataclasses import dataclass

from issue_intelligence.core.investigate.changes import LOOK_BACK, changes_from
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.pipeline.collectors.subject import Found, NotConfigured, Subject
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.deployment_store import DeploymentStore
from issue_intelligence.ports.log_source import LogPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesCollector:
    deployments: DeploymentStore
    clock: Clock

    def place(self, _subject: Subject) -> LogPlace:
        return LogPlace(source="reported deployments")

    async def collect(self, subject: Subject) -> Found | NotConfigured:
        # What the service depends on may have changed under it.
        services = (subject.incident.service, *(subject.service.dependencies if subject.service else ()))
        began_at = min(alert.starts_at for alert, _ in subject.alerts)
        window = LogWindow(from_at=began_at - LOOK_BACK, until_at=self.clock.now())
        found = await self.deployments.near(services, window.from_at, window.until_at)
        if not found and not await self.deployments.knows(services):
            # That nothing is known of deployments does not mean that there are none.
            return NotConfigured(what="no deployment was ever reported")
        changes = changes_from(found, environment=subject.incident.environment)
        return Found(source=self.place(subject).source, data=changes, window=window)
