"""Reads the log of the alert's window."""

from dataclasses import dataclass

from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.pipeline.collectors.subject import Found, NotConfigured, Subject
from issue_intelligence.ports.log_source import LogExaminer, LogQuery

# As many lines as Loki gives at most in one answer; every log source keeps to it.
MAX_LINES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsCollector:
    # None when nobody configured a log source.
    logs: LogExaminer | None

    def source(self, subject: Subject) -> str:
        if self.logs is None:
            return "logs"
        # A person wants to open the file, so the pattern's placeholder is filled in.
        return self.logs.description.replace("{service}", subject.incident.service)

    async def collect(self, subject: Subject) -> Found | NotConfigured:
        if self.logs is None:
            return NotConfigured(what="no log source")
        examined = await self.logs.examine(log_query(subject, subject.window))
        return Found(
            source=self.source(subject),
            data=examined.analysis,
            # What could not be read is said beside what could.
            missing="; ".join(examined.notes),
            window=subject.window,
        )


def log_query(subject: Subject, window: LogWindow) -> LogQuery:
    return LogQuery(
        service=subject.incident.service,
        from_at=window.from_at,
        until_at=window.until_at,
        limit=MAX_LINES,
    )
