"""Asks the service how it is."""

from dataclasses import dataclass

from issue_intelligence.core.investigate.health import health_from
from issue_intelligence.core.model.evidence import ProbeKind
from issue_intelligence.pipeline.collectors.subject import Found, NotConfigured, Subject
from issue_intelligence.ports.health_probe import HealthChecker
from issue_intelligence.ports.log_source import LogPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCollector:
    health: HealthChecker

    def place(self, _subject: Subject) -> LogPlace:
        return LogPlace(source="health")

    async def collect(self, subject: Subject) -> Found | NotConfigured:
        probes = await self.health.check(subject.service) if subject.service else ()
        if subject.service is None or not probes:
            return NotConfigured(what="no health check")
        health_url = f"GET {subject.service.health_url}"
        asked = [
            health_url if probe.kind is ProbeKind.HEALTH_URL else probe.label
            for probe in probes
            if probe.kind is not ProbeKind.REPORTED
        ]
        return Found(source=", ".join(asked), data=health_from(probes))
