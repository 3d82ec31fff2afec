"""Brings the numbers of the window together."""

from dataclasses import dataclass

import structlog

from issue_intelligence.core.investigate.looks import baseline_windows, is_comparable
from issue_intelligence.core.investigate.metrics import metrics_from
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.pipeline.collectors.logs import log_query
from issue_intelligence.pipeline.collectors.subject import Found, Subject
from issue_intelligence.ports.errors import OutsideError
from issue_intelligence.ports.incident_store import IncidentStore
from issue_intelligence.ports.log_source import LogExaminer

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsCollector:
    incidents: IncidentStore
    # None when nobody configured a log source.
    logs: LogExaminer | None

    def source(self, _subject: Subject) -> str:
        return "metrics"

    async def collect(self, subject: Subject) -> Found:
        logs = (await self.incidents.investigation(subject.run)).logs
        analysis = logs.data if logs else None
        baselines = await self._baselines(subject) if analysis and is_comparable(analysis) else ()
        metrics = metrics_from(analysis, subject.context, subject.alert.values, baselines=baselines)
        return Found(source=", ".join(metrics.sources) or "nothing", data=metrics)

    async def _baselines(self, subject: Subject) -> tuple[LogAnalysis, ...]:
        """Look at the same window at earlier times; one that has no lines tells nothing of what is usual."""
        found: list[LogAnalysis] = []
        for window in baseline_windows(subject.window):
            try:
                examined = await self.logs.examine(log_query(subject, window)) if self.logs else None
            except OutsideError as error:
                log.warning("baseline_unknown", reason=str(error))
                continue
            if examined is not None and examined.analysis.lines > 0:
                found.append(examined.analysis)
        return tuple(found)
