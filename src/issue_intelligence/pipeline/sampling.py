"""Measures what is usual: once an hour the last full hour of each service of the catalogue."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from issue_intelligence.core.intake.log_selector import log_query
from issue_intelligence.core.investigate.log_metrics import numbers_of, numbers_of_log
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.investigate.usual import HOUR, LEAST_COVERED_SECONDS, hour_of, samples_of_window
from issue_intelligence.core.model.measured import LOGS, Measured
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.usual import HourlySample
from issue_intelligence.pipeline.collectors.earlier import blank_sample
from issue_intelligence.pipeline.collectors.logs import MAX_LINES
from issue_intelligence.pipeline.collectors.metrics import is_complete
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError, StorageError
from issue_intelligence.ports.log_source import LogExaminer, LogQuery
from issue_intelligence.ports.metrics_source import MetricsSource
from issue_intelligence.ports.usual_history import UsualHistory

log = structlog.get_logger()

# For lines and scrapes that come late.
SETTLED_AFTER = timedelta(minutes=5)
# After a pause of the service, and of a service that is new: the hours before are measured too.
CATCHES_UP = timedelta(hours=24)
# For one source of one hour; investigations may be waiting for the same one.
DEADLINE_SECONDS = 60.0
_JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourSampler:
    history: UsualHistory
    # As for investigations: the best first.
    sources: Sequence[MetricsSource]
    # None when nobody configured a log source.
    logs: LogExaminer | None
    catalogue: Sequence[Service]
    clock: Clock

    async def sample_next(self) -> bool:
        """Measure one hour of one service; False when nothing is left to measure for now.

        The newest hours come first. What cannot be measured is noted and left out. Raises TransientError
        while the database is away.
        """
        if not self.sources and self.logs is None:
            return False
        now = self.clock.now()
        newest = hour_of(now - SETTLED_AFTER) - HOUR
        oldest = newest - CATCHES_UP + HOUR
        for service in self.catalogue:
            done = await self.history.hours_done(service.name, service.environment, oldest)
            for hour_at in _hours(newest, oldest):
                if hour_at in done:
                    continue
                if await self.history.claim_hour(service.name, service.environment, hour_at, now):
                    await self._sample(service, hour_at)
                    return True
        return False

    async def _sample(self, service: Service, hour_at: datetime) -> None:
        # Both ends belong to a window, and the next hour has the line that comes at its start.
        window = LogWindow(from_at=hour_at, until_at=hour_at + HOUR - _JUST_BEFORE)
        samples = [*await self._of_sources(service, window), *await self._of_logs(service, window)]
        await self.history.add(samples)
        await self.history.hour_done(service.name, service.environment, hour_at, self.clock.now())
        log.debug("hour_sampled", service=service.name, hour_at=hour_at.isoformat(), samples=len(samples))

    async def _of_sources(self, service: Service, window: LogWindow) -> list[HourlySample]:
        samples: list[HourlySample] = []
        known: list[Measured] = []
        for source in self.sources:
            try:
                async with asyncio.timeout(DEADLINE_SECONDS):
                    measured = await source.measure(service, window)
            except StorageError:
                raise
            except (OutsideError, TimeoutError) as error:
                _note_failure(service, source.description, error)
                continue
            template = blank_sample(service.name, service.environment, source.description, window.from_at)
            samples += samples_of_window(window.from_at, window.until_at, template, numbers_of(measured))
            known.append(measured)
            if is_complete(known):
                break
        return samples

    async def _of_logs(self, service: Service, window: LogWindow) -> tuple[HourlySample, ...]:
        if self.logs is None:
            return ()
        query = LogQuery(
            service=service.name,
            from_at=window.from_at,
            until_at=window.until_at,
            limit=MAX_LINES,
            selector=log_query(service.name, service),
        )
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                analysis = (await self.logs.examine(query)).analysis
        except StorageError:
            raise
        except (OutsideError, TimeoutError) as error:
            _note_failure(service, self.logs.description, error)
            return ()
        from_at = window.from_at
        if analysis.truncated:
            # Only the newest lines were read: they stand for the hour, if they span enough of it.
            if analysis.first_seen is None or analysis.first_seen < window.from_at:
                return ()
            from_at = analysis.first_seen
            if (window.until_at - from_at).total_seconds() < LEAST_COVERED_SECONDS:
                log.info("hour_too_busy", service=service.name, read_from=from_at.isoformat())
                return ()
        template = blank_sample(service.name, service.environment, LOGS, window.from_at)
        return samples_of_window(from_at, window.until_at, template, numbers_of_log(analysis))


def _hours(newest: datetime, oldest: datetime) -> Iterator[datetime]:
    hour_at = newest
    while hour_at >= oldest:
        yield hour_at
        hour_at -= HOUR


def _note_failure(service: Service, source: str, error: Exception) -> None:
    reason = str(error) or f"no answer within {DEADLINE_SECONDS:g} s"
    log.warning("hour_not_measured", service=service.name, source=source, reason=reason)
