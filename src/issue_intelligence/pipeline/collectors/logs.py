"""Reads the log of the alert's window."""

from dataclasses import dataclass

from issue_intelligence.core.intake.log_selector import log_query as selector_of
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.pipeline.collectors.subject import Found, NotConfigured, Subject
from issue_intelligence.ports.log_source import LogExaminer, LogPlace, LogQuery

# As many lines as Loki gives at most in one answer; every log source keeps to it.
MAX_LINES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsCollector:
    # None when nobody configured a log source.
    logs: LogExaminer | None

    def place(self, subject: Subject) -> LogPlace:
        if self.logs is None:
            return LogPlace(source="logs")
        return self.logs.place(log_query(subject, subject.window))

    async def collect(self, subject: Subject) -> Found | NotConfigured:
        if self.logs is None:
            return NotConfigured(what="no log source")
        query = log_query(subject, subject.window)
        place = self.logs.place(query)
        examined = await self.logs.examine(query)
        return Found(
            source=place.source,
            data=examined.analysis,
            # What could not be read is said beside what could.
            missing="; ".join(examined.notes),
            window=subject.window,
            query=place.query,
            link=place.link,
        )


def log_query(subject: Subject, window: LogWindow) -> LogQuery:
    return LogQuery(
        service=subject.incident.service,
        from_at=window.from_at,
        until_at=window.until_at,
        limit=MAX_LINES,
        selector=selector_of(subject.incident.service, subject.service),
    )
