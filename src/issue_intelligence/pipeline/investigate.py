"""Gathers evidence for one incident. Each collector has its own deadline and fails alone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

import structlog

from issue_intelligence.core.decide.facts import harmless_among
from issue_intelligence.core.decide.issue_key import issue_key
from issue_intelligence.core.intake.log_selector import log_query
from issue_intelligence.core.intake.service_labels import service_named
from issue_intelligence.core.investigate.health import health_from
from issue_intelligence.core.investigate.history import history_from
from issue_intelligence.core.investigate.known_issues import best_match, searched_messages
from issue_intelligence.core.investigate.looks import (
    LogWindow,
    baseline_windows,
    is_comparable,
    log_window,
    wants_evidence,
)
from issue_intelligence.core.investigate.metrics import metrics_from
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.evidence import CollectorName, Evidence, EvidenceStatus, ProbeKind
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.issue import IssueState
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.pipeline.known_issue_search import KnownIssueSearch
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError, StorageError
from issue_intelligence.ports.health_probe import HealthChecker
from issue_intelligence.ports.incident_store import IncidentStore, Run
from issue_intelligence.ports.issue_ledger import IssueLedger
from issue_intelligence.ports.log_source import LogExaminer, LogPlace, LogQuery
from issue_intelligence.ports.meter import Meter
from issue_intelligence.ports.tracker import Tracker

log = structlog.get_logger()

# As many lines as Loki gives at most in one answer; every log source keeps to it.
MAX_LINES = 5_000
# The newest alerts of an incident say enough; a storm has thousands.
MAX_ALERTS = 50
MAX_PAST_INCIDENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the collectors ask about."""

    run: Run
    incident: Incident
    # The newest, the oldest of them first.
    alerts: Sequence[tuple[Alert, AlertContext]]
    # None when the catalogue does not have it.
    service: Service | None
    window: LogWindow

    @property
    def context(self) -> AlertContext:
        return self.alerts[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestigateStage:
    incidents: IncidentStore
    ledger: IssueLedger
    tracker: Tracker
    # None when nobody configured a log source.
    logs: LogExaminer | None
    health: HealthChecker
    known_issues: KnownIssueSearch
    catalogue: Sequence[Service]
    clock: Clock
    meter: Meter
    deadlines_seconds: Mapping[CollectorName, float]

    async def collect(self, run: Run, name: CollectorName) -> str:
        """Bring one piece of evidence and store it redacted; give what came of it."""
        subject = await self._subject(run)
        if not wants_evidence(
            subject.incident, looked_before=await self.incidents.findings_before(run) is not None
        ):
            return "not needed"
        started = perf_counter()
        evidence = await self._guarded(subject, name)
        self.meter.collected(name, evidence.status, perf_counter() - started)
        await self.incidents.save_evidence(run, redact_tree(evidence))
        return evidence.status.value

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
        collectors: dict[CollectorName, Callable[[Subject], Awaitable[Evidence[Any]]]] = {
            CollectorName.LOGS: self._logs,
            CollectorName.HEALTH: self._health,
            CollectorName.METRICS: self._metrics,
            CollectorName.KNOWN_ISSUES: self._known_issues,
            CollectorName.HISTORY: self._history,
        }
        deadline_seconds = self.deadlines_seconds[name]
        try:
            async with asyncio.timeout(deadline_seconds):
                return await collectors[name](subject)
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
        place = self._place(subject, name)
        return Evidence(
            collector=name,
            status=EvidenceStatus.FAILED,
            source=place.source,
            collected_at=self.clock.now(),
            error=reason,
            query=place.query,
            link=place.link,
        )

    def _place(self, subject: Subject, name: CollectorName) -> LogPlace:
        if name is CollectorName.LOGS and self.logs is not None:
            return self.logs.place(self._query(subject, subject.window))
        return LogPlace(source=name.value.replace("_", " "))

    async def _logs(self, subject: Subject) -> Evidence[LogAnalysis]:
        if self.logs is None:
            return self._not_configured(CollectorName.LOGS, "no log source")
        window = subject.window
        query = self._query(subject, window)
        place = self.logs.place(query)
        examined = await self.logs.examine(query)
        return Evidence(
            collector=CollectorName.LOGS,
            status=EvidenceStatus.COLLECTED,
            source=place.source,
            collected_at=self.clock.now(),
            data=examined.analysis,
            # What could not be read is said beside what could.
            error="; ".join(examined.notes),
            window_from=window.from_at,
            window_until=window.until_at,
            query=place.query,
            link=place.link,
        )

    def _query(self, subject: Subject, window: LogWindow) -> LogQuery:
        return LogQuery(
            service=subject.incident.service,
            from_at=window.from_at,
            until_at=window.until_at,
            limit=MAX_LINES,
            selector=log_query(subject.incident.service, subject.service),
        )

    async def _health(self, subject: Subject) -> Evidence[Any]:
        probes = await self.health.check(subject.service) if subject.service else ()
        if subject.service is None or not probes:
            return self._not_configured(CollectorName.HEALTH, "no health check")
        health_url = f"GET {subject.service.health_url}"
        asked = [
            health_url if probe.kind is ProbeKind.HEALTH_URL else probe.label
            for probe in probes
            if probe.kind is not ProbeKind.REPORTED
        ]
        return self._collected(CollectorName.HEALTH, ", ".join(asked), health_from(probes))

    async def _metrics(self, subject: Subject) -> Evidence[Any]:
        analysis = await self._analysis(subject.run)
        alert, context = subject.alerts[-1]
        baselines = await self._baselines(subject) if analysis and is_comparable(analysis) else ()
        metrics = metrics_from(analysis, context, alert.values, baselines=baselines)
        return self._collected(CollectorName.METRICS, ", ".join(metrics.sources) or "nothing", metrics)

    async def _baselines(self, subject: Subject) -> tuple[LogAnalysis, ...]:
        """Look at the same window at earlier times; one that has no lines tells nothing of what is usual."""
        found: list[LogAnalysis] = []
        for window in baseline_windows(subject.window):
            try:
                examined = await self.logs.examine(self._query(subject, window)) if self.logs else None
            except OutsideError as error:
                log.warning("baseline_unknown", reason=str(error))
                continue
            if examined is not None and examined.analysis.lines > 0:
                found.append(examined.analysis)
        return tuple(found)

    async def _known_issues(self, subject: Subject) -> Evidence[Any]:
        analysis = await self._analysis(subject.run)
        messages = searched_messages(analysis) if analysis else ()
        texts = [text for _, context in subject.alerts for text in (context.summary, context.description)]
        matches = await self.known_issues.match(messages, sorted({text for text in texts if text}))
        return self._collected(CollectorName.KNOWN_ISSUES, "knowledge base", matches)

    async def _history(self, subject: Subject) -> Evidence[Any]:
        investigation = await self.incidents.investigation(subject.run)
        matches = investigation.known_issues.data if investigation.known_issues else None
        known = best_match(matches or ())
        key = issue_key(
            subject.incident.service,
            subject.incident.environment,
            subject.incident.alert_name,
            investigation.logs.data if investigation.logs else None,
            known_issue=known.known_issue if known else None,
            harmless=harmless_among(matches or ()),
            monitoring_fault=subject.context.monitoring_fault is not None,
        )
        past = await self.incidents.past_incidents(subject.incident, key, MAX_PAST_INCIDENTS)
        history = history_from(
            subject.incident.opened_at,
            [(incident.opened_at, incident.issue_number) for incident in past],
            await self._open_issue(key),
        )
        return self._collected(CollectorName.HISTORY, "our own record", history)

    async def _open_issue(self, key: str) -> int | None:
        link = await self.ledger.link(key)
        tracked = await self.tracker.get(link.number) if link else None
        return tracked.number if tracked and tracked.state is IssueState.OPEN else None

    async def _analysis(self, run: Run) -> LogAnalysis | None:
        investigation = await self.incidents.investigation(run)
        return investigation.logs.data if investigation.logs else None

    def _collected(self, name: CollectorName, source: str, data: object) -> Evidence[Any]:
        now: datetime = self.clock.now()
        return Evidence(
            collector=name, status=EvidenceStatus.COLLECTED, source=source, collected_at=now, data=data
        )

    def _not_configured(self, name: CollectorName, source: str) -> Evidence[Any]:
        return Evidence(
            collector=name,
            status=EvidenceStatus.NOT_CONFIGURED,
            source=source,
            collected_at=self.clock.now(),
        )
