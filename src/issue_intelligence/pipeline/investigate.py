"""Gathers evidence for one incident. Each collector has its own deadline and fails alone."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import structlog

from issue_intelligence.core.intake.service_labels import service_named
from issue_intelligence.core.investigate.looks import log_window, wants_evidence
from issue_intelligence.core.model.evidence import CollectorName, Evidence, EvidenceStatus
from issue_intelligence.core.model.incident import IncidentStatus
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.redact.tree import redact_tree, take_numbers
from issue_intelligence.pipeline.collectors.changes import ChangesCollector
from issue_intelligence.pipeline.collectors.earlier import EarlierHours
from issue_intelligence.pipeline.collectors.health import HealthCollector
from issue_intelligence.pipeline.collectors.history import HistoryCollector
from issue_intelligence.pipeline.collectors.known_issues import KnownIssuesCollector
from issue_intelligence.pipeline.collectors.logs import LogsCollector
from issue_intelligence.pipeline.collectors.metrics import MetricsCollector
from issue_intelligence.pipeline.collectors.subject import Collector, Found, NotConfigured, Subject
from issue_intelligence.pipeline.known_issue_search import KnownIssueSearch
from issue_intelligence.pipeline.numberings import Numberings
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.deployment_store import DeploymentStore
from issue_intelligence.ports.errors import OutsideError, StorageError
from issue_intelligence.ports.health_probe import HealthChecker
from issue_intelligence.ports.incident_store import IncidentStore, Run
from issue_intelligence.ports.issue_ledger import IssueLedger
from issue_intelligence.ports.log_source import LogExaminer
from issue_intelligence.ports.meter import Meter
from issue_intelligence.ports.metrics_source import MetricsSource
from issue_intelligence.ports.tracker import Tracker

log = structlog.get_logger()

# The newest alerts of an incident say enough; a storm has thousands.
MAX_ALERTS = 50
# They work on what is stored: placeholders in it are those of the incident.
_QUOTING = frozenset({CollectorName.KNOWN_ISSUES, CollectorName.HISTORY})


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestigateStage:
    incidents: IncidentStore
    ledger: IssueLedger
    tracker: Tracker
    # None when nobody configured a log source.
    logs: LogExaminer | None
    # Where numbers come from, the best first; the logs and the alert itself come after them.
    metrics: Sequence[MetricsSource]
    health: HealthChecker
    known_issues: KnownIssueSearch
    deployments: DeploymentStore
    earlier: EarlierHours
    catalogue: Sequence[Service]
    clock: Clock
    meter: Meter
    numberings: Numberings
    deadlines_seconds: Mapping[CollectorName, float]

    async def collect(self, run: Run, name: CollectorName) -> str:
        """Bring one piece of evidence and store it redacted; give what came of it."""
        subject = await self._subject(run)
        before = await self.incidents.findings_before(run)
        looked_before = before is not None and before.has_seen_all(subject.incident)
        if not wants_evidence(subject.incident, looked_before=looked_before):
            return "not needed"
        started = perf_counter()
        evidence = await self._guarded(subject, name)
        self.meter.collected(name, evidence.status, perf_counter() - started)
        shown = await self._redacted(evidence, subject)
        await self.incidents.save_evidence(run, shown)
        return evidence.status.value

    async def _redacted(self, evidence: Evidence[Any], subject: Subject) -> Evidence[Any]:
        numbering = self.numberings.of_incident(subject.incident.key)
        # What an earlier process numbered, if there was one.
        take_numbers([subject.alerts, await self.incidents.investigation(subject.run)], numbering)
        return redact_tree(evidence, numbering, quotes_document=evidence.collector in _QUOTING)

    def _collector(self, name: CollectorName) -> Collector:
        collectors: dict[CollectorName, Collector] = {
            CollectorName.LOGS: LogsCollector(logs=self.logs),
            CollectorName.CHANGES: ChangesCollector(deployments=self.deployments, clock=self.clock),
            CollectorName.HEALTH: HealthCollector(health=self.health),
            CollectorName.METRICS: MetricsCollector(
                incidents=self.incidents, sources=self.metrics, logs=self.logs, earlier=self.earlier
            ),
            CollectorName.KNOWN_ISSUES: KnownIssuesCollector(
                incidents=self.incidents, known_issues=self.known_issues
            ),
            CollectorName.HISTORY: HistoryCollector(
                incidents=self.incidents, ledger=self.ledger, tracker=self.tracker
            ),
        }
        return collectors[name]

    async def _subject(self, run: Run) -> Subject:
        incident = await self.incidents.incident(run.incident_id)
        alerts = await self.incidents.alerts_of(run.incident_id, MAX_ALERTS)
        return Subject(
            run=run,
            incident=incident,
            alerts=alerts,
            service=service_named(incident.service, self.catalogue),
            window=log_window(
                alerts[-1][0].starts_at,
                self.clock.now(),
                still_firing=incident.status is IncidentStatus.OPEN,
            ),
        )

    async def _guarded(self, subject: Subject, name: CollectorName) -> Evidence[Any]:
        collector = self._collector(name)
        deadline_seconds = self.deadlines_seconds[name]
        try:
            async with asyncio.timeout(deadline_seconds):
                return self._evidence(name, await collector.collect(subject))
        except TimeoutError:
            reason = f"no answer within {deadline_seconds:g} s"
        except StorageError:
            # Not the source's failure but ours: the step waits for it, and keeps no evidence of it.
            raise
        except OutsideError as error:
            reason = str(error)
        except Exception as error:
            log.exception("collector_broke", collector=name.value)
            reason = f"the collector itself broke: {type(error).__name__}: {error}"
        log.warning("collector_failed", collector=name.value, reason=reason)
        place = collector.place(subject)
        return Evidence(
            collector=name,
            status=EvidenceStatus.FAILED,
            source=place.source,
            collected_at=self.clock.now(),
            error=reason,
            query=place.query,
            link=place.link,
        )

    def _evidence(self, name: CollectorName, answer: Found | NotConfigured) -> Evidence[Any]:
        if isinstance(answer, NotConfigured):
            return Evidence(
                collector=name,
                status=EvidenceStatus.NOT_CONFIGURED,
                source=answer.what,
                collected_at=self.clock.now(),
            )
        return Evidence(
            collector=name,
            status=EvidenceStatus.COLLECTED,
            source=answer.source,
            collected_at=self.clock.now(),
            data=answer.data,
            error=answer.missing,
            window_from=answer.window.from_at if answer.window else None,
            window_until=answer.window.until_at if answer.window else None,
            query=answer.query,
            link=answer.link,
        )
