"""Asks the service how it is."""

from dataclasses import dataclass

from issue_intelligence.core.investigate.health import health_from
from issue_intelligence.pipeline.collectors.subject import Found, NotConfigured, Subject
from issue_intelligence.ports.health_probe import HealthChecker


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCollector:
    health: HealthChecker

    def source(self, _subject: Subject) -> str:
        return "health"

    async def collect(self, subject: Subject) -> Found | NotConfigured:
        if subject.service is None or not subject.service.health_url:
            return NotConfigured(what="no health URL")
        probes = await self.health.check(subject.service)
        return Found(source=f"GET {subject.service.health_url}", data=health_from(probes))
