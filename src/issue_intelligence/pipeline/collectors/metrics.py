"""Brings the numbers of the window together, and what they usually are."""

import asyncio
from collections.abc import Iterable, Sequence
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
from issue_intelligence.core.investigate.usual import overlaps
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.measured import Measured, Measurement
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.usual import Span
from issue_intelligence.pipeline.collectors.earlier import EarlierHours
from issue_intelligence.pipeline.collectors.logs import log_query
from issue_intelligence.pipeline.collectors.subject import Found, Subject
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.incident_store import IncidentStore
from issue_intelligence.ports.log_source import LogExaminer, LogPlace
from issue_intelligence.ports.metrics_source import MetricsSource

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a source said of the window, and of the same window at earlier times."""

    source: str
    now: Measured
    before: tuple[tuple[LogWindow, Measured], ...] = ()

    def outside(self, troubled: Sequence[Span]) -> Measurement:
        """Leave out what was measured while the service was in trouble."""
        calm = tuple(
            measured
            for window, measured in self.before
            if not overlaps(window.from_at, window.until_at, troubled)
        )
        return Measurement(source=self.source, now=self.now, before=calm)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsCollector:
    incidents: IncidentStore
    # The best first; the next is asked for what the one before could not say.
    sources: Sequence[MetricsSource]
    # None when nobody configured a log source.
    logs: LogExaminer | None
    earlier: EarlierHours

    def place(self, _subject: Subject) -> LogPlace:
        return LogPlace(source="metrics")

    async def collect(self, subject: Subject) -> Found:
        logs = (await self.incidents.investigation(subject.run)).logs
        analysis = logs.data if logs else None
        past = await self.earlier.past(subject)
        asked, missing = await self._asked(subject)
        baselines = await self._baselines(subject) if analysis and is_comparable(analysis) else ()
        await self.earlier.keep(
            subject,
            logs=[(window, found) for _, window, found in baselines],
            measured=[(each.source, window, found) for each in asked for window, found in each.before],
        )
        metrics = metrics_from(
            analysis,
            subject.context,
            subject.alert.values,
            baselines=[
                found
                for _, window, found in baselines
                if not overlaps(window.from_at, window.until_at, past.troubled)
            ],
            measured=[each.outside(past.troubled) for each in asked],
            past=past,
        )
        if analysis is not None:
            before = tuple(baseline_of(analysis.errors, found, when) for when, _, found in baselines)
            metrics = replace(metrics, baseline_logs=before)
        return Found(
            source=", ".join(metrics.sources) or "nothing",
            data=metrics,
            missing="; ".join(missing),
            window=subject.window if asked else None,
        )

    async def _asked(self, subject: Subject) -> tuple[list[_Asked], list[str]]:
        """Ask the sources in their order until both rate and time are known; what fails is said."""
        service = _service_of(subject)
        found: list[_Asked] = []
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
                if now.request_count is not None or now.memory_percent is not None:
                    found.append(_Asked(source=source.description, now=now))
                continue
            before = await _earlier(source, service, subject.window)
            found.append(_Asked(source=source.description, now=now, before=before))
            if is_complete(each.now for each in found):
                break
        return found, missing

    async def _baselines(self, subject: Subject) -> tuple[tuple[str, LogWindow, LogAnalysis], ...]:
        """Look at the same window at earlier times; one that has no lines tells nothing of what is usual."""
        found: list[tuple[str, LogWindow, LogAnalysis]] = []
        for when, window in zip(BASELINE_NAMES, baseline_windows(subject.window), strict=True):
            try:
                examined = await self.logs.examine(log_query(subject, window)) if self.logs else None
            except OutsideError as error:
                log.warning("baseline_unknown", reason=str(error))
                continue
            if examined is not None and examined.analysis.lines > 0:
                found.append((when, window, examined.analysis))
        return tuple(found)


def is_complete(found: Iterable[Measured]) -> bool:
    """Tell whether error rate and response time are known, so that nobody else needs to be asked."""
    known = list(found)
    return any(each.error_rate is not None for each in known) and any(
        each.mean_response_seconds is not None for each in known
    )


async def _earlier(
    source: MetricsSource, service: Service, window: LogWindow
) -> tuple[tuple[LogWindow, Measured], ...]:
    """Ask the same source for the same window at earlier times; what it does not say is left out."""
    windows = baseline_windows(window)
    asked = [source.measure(service, earlier) for earlier in windows]
    found: list[tuple[LogWindow, Measured]] = []
    for earlier, outcome in zip(windows, await asyncio.gather(*asked, return_exceptions=True), strict=True):
        if isinstance(outcome, OutsideError):
            log.warning("baseline_unknown", source=source.description, reason=str(outcome))
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            found.append((earlier, outcome))
    return tuple(found)


def _service_of(subject: Subject) -> Service:
    """Give the catalogue's service under the name that the alert gives it."""
    name = subject.incident.service
    return replace(subject.service, name=name) if subject.service else Service(name=name)
