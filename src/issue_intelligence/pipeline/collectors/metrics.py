"""Brings the numbers of the window together, and what they usually are."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from issue_intelligence.core.investigate.looks import (
    BASELINE_NAMES,
    LogWindow,
    baseline_windows,
    is_comparable,
)
from issue_intelligence.core.investigate.metrics import metrics_from
from issue_intelligence.core.investigate.rank_against import baseline_of
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.measured import Measured, Measurement
from issue_intelligence.core.model.service import Service
from issue_intelligence.pipeline.collectors.logs import log_query
from issue_intelligence.pipeline.collectors.subject import Found, Subject
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.incident_store import IncidentStore
from issue_intelligence.ports.log_source import LogExaminer, LogPlace
from issue_intelligence.ports.metrics_source import MetricsSource

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsCollector:
    incidents: IncidentStore
    # The best first; the next is asked for what the one before could not say.
    sources: Sequence[MetricsSource]
    # None when nobody configured a log source.
    logs: LogExaminer | None

    def place(self, _subject: Subject) -> LogPlace:
        return LogPlace(source="metrics")

    async def collect(self, subject: Subject) -> Found:
        logs = (await self.incidents.investigation(subject.run)).logs
        analysis = logs.data if logs else None
        measured, missing = await self._measured(subject)
        baselines = await self._baselines(subject) if analysis and is_comparable(analysis) else ()
        metrics = metrics_from(
            analysis,
            subject.context,
            subject.alert.values,
            baselines=[earlier for _, earlier in baselines],
            measured=measured,
        )
        if analysis is not None:
            before = tuple(baseline_of(analysis.errors, earlier, when) for when, earlier in baselines)
            metrics = replace(metrics, baseline_logs=before)
        return Found(
            source=", ".join(metrics.sources) or "nothing",
            data=metrics,
            missing="; ".join(missing),
            window=subject.window if measured else None,
        )

    async def _measured(self, subject: Subject) -> tuple[list[Measurement], list[str]]:
        """Ask the sources in their order until both rate and time are known; what fails is said."""
        service = _service_of(subject)
        found: list[Measurement] = []
        missing: list[str] = []
        for source in self.sources:
            try:
                now = await source.measure(service, subject.window)
            except OutsideError as error:
                log.warning("metrics_source_failed", source=source.description, reason=str(error))
                missing.append(f"{source.description} gave no numbers ({error}), so they come from elsewhere")
                continue
            missing += now.notes
            if now.error_rate is None and now.mean_response_seconds is None:
                if now.request_count is not None:
                    found.append(Measurement(source=source.description, now=now))
                continue
            before = await _earlier(source, service, subject.window)
            found.append(Measurement(source=source.description, now=now, before=before))
            if _is_complete(found):
                break
        return found, missing

    async def _baselines(self, subject: Subject) -> tuple[tuple[str, LogAnalysis], ...]:
        """Look at the same window at earlier times; one that has no lines tells nothing of what is usual."""
        found: list[tuple[str, LogAnalysis]] = []
        for when, window in zip(BASELINE_NAMES, baseline_windows(subject.window), strict=True):
            try:
                examined = await self.logs.examine(log_query(subject, window)) if self.logs else None
            except OutsideError as error:
                log.warning("baseline_unknown", reason=str(error))
                continue
            if examined is not None and examined.analysis.lines > 0:
                found.append((when, examined.analysis))
        return tuple(found)


def _is_complete(found: Sequence[Measurement]) -> bool:
    return any(each.now.error_rate is not None for each in found) and any(
        each.now.mean_response_seconds is not None for each in found
    )


async def _earlier(source: MetricsSource, service: Service, window: LogWindow) -> tuple[Measured, ...]:
    """Ask the same source for the same window at earlier times; what it does not say is left out."""
    asked = [source.measure(service, earlier) for earlier in baseline_windows(window)]
    found: list[Measured] = []
    for outcome in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(outcome, OutsideError):
            log.warning("baseline_unknown", source=source.description, reason=str(outcome))
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            found.append(outcome)
    return tuple(found)


def _service_of(subject: Subject) -> Service:
    """Give the catalogue's service under the name that the alert gives it."""
    name = subject.incident.service
    return replace(subject.service, name=name) if subject.service else Service(name=name)
