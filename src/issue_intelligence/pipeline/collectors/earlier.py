"""What is kept of a service's earlier hours: read for what is usual, and added to by each investigation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from issue_intelligence.core.investigate.log_metrics import numbers_of, numbers_of_log
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.investigate.metrics import Past
from issue_intelligence.core.investigate.usual import KEPT_FOR, Asked, hours_that_tell, samples_of_window
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.measured import LOGS, Measured
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.usual import HourlySample, UsualMetric
from issue_intelligence.pipeline.collectors.subject import Subject
from issue_intelligence.ports.usual_history import UsualHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierHours:
    history: UsualHistory
    zone: tzinfo = UTC

    async def past(self, subject: Subject) -> Past:
        """Give what may be compared with the window of an investigation."""
        window, name = subject.window, subject.incident.service
        environment = environment_of(subject.service, subject.incident.environment)
        # The alert's start, unless the window has moved on since.
        at = min(max(subject.alert.starts_at, window.from_at), window.until_at)
        return Past(
            asked=Asked(
                at=at,
                window_seconds=(window.until_at - window.from_at).total_seconds(),
                zone=self.zone,
            ),
            samples=await self.history.samples(name, environment, hours_that_tell(at)),
            troubled=await self.history.troubled(name, environment, at - KEPT_FOR),
        )

    async def keep(
        self,
        subject: Subject,
        *,
        logs: Iterable[tuple[LogWindow, LogAnalysis]],
        measured: Iterable[tuple[str, LogWindow, Measured]],
    ) -> None:
        """Keep what was read of earlier windows; whether they were usual is judged when they are used."""
        name, environment = subject.incident.service, subject.incident.environment
        environment = environment_of(subject.service, environment)
        samples: list[HourlySample] = []
        for source, window, numbers in measured:
            template = blank_sample(name, environment, source, window.from_at)
            samples += samples_of_window(window.from_at, window.until_at, template, numbers_of(numbers))
        for window, analysis in logs:
            if analysis.truncated:
                continue
            template = blank_sample(name, environment, LOGS, window.from_at)
            samples += samples_of_window(window.from_at, window.until_at, template, numbers_of_log(analysis))
        await self.history.add(samples)


def environment_of(service: Service | None, environment: str) -> str:
    """Name the environment under which a service's samples are kept.

    The catalogue's entry is what is measured, whatever environment an alert names.
    """
    return service.environment if service else environment


def blank_sample(service: str, environment: str, source: str, hour_at: datetime) -> HourlySample:
    """Name service, environment and source for samples that are made from it."""
    return HourlySample(
        service=service,
        environment=environment,
        hour_at=hour_at,
        metric=UsualMetric.ERROR_RATE,
        source=source,
        value=0.0,
        covered_seconds=0,
    )
