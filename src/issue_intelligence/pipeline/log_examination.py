"""Examines the logs of a source that gives us its lines."""

import asyncio

from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.ports.log_source import ExaminedLogs, LogPlace, LogQuery, LogSource


class FetchingExaminer:
    """Implements ports.log_source.LogExaminer: fetches here, analyses in a thread."""

    def __init__(self, source: LogSource) -> None:
        self._source = source

    @property
    def description(self) -> str:
        return self._source.description

    def place(self, query: LogQuery) -> LogPlace:
        return LogPlace(source=self.description.replace("{service}", query.service))

    async def examine(self, query: LogQuery) -> ExaminedLogs:
        batch = await self._source.fetch(query)
        analysis = await asyncio.to_thread(analyze_log, batch.lines, truncated=batch.truncated)
        return ExaminedLogs(analysis=analysis, notes=batch.notes)
