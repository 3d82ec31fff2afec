"""Has log files read and analysed in a process of its own, one window at a time."""

import msgspec

from issue_intelligence.adapters.log_child import LogChild
from issue_intelligence.ports.log_source import ExaminedLogs, LogPlace, LogQuery

CHILD_MODULE = "issue_intelligence.adapters.log_files.child"


class Question(msgspec.Struct):
    pattern: str
    query: LogQuery


class LogFilesExaminer:
    """Implements ports.log_source.LogExaminer over log files."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        # A file that does not let itself be read holds up the whole child, so one cut off ends it.
        self._child = LogChild(CHILD_MODULE)

    @property
    def description(self) -> str:
        return f"log files {self._pattern}"

    def place(self, query: LogQuery) -> LogPlace:
        # A person wants to open the file, so the pattern's placeholder is filled in.
        return LogPlace(source=self.description.replace("{service}", query.service))

    async def examine(self, query: LogQuery) -> ExaminedLogs:
        return await self._child.ask(Question(pattern=self._pattern, query=query))

    async def stop(self) -> None:
        await self._child.stop()
