"""Has Loki's log fetched and analysed in a process of its own."""

import msgspec

from issue_intelligence.adapters.log_child import LogChild
from issue_intelligence.adapters.loki.connection import LokiConnection
from issue_intelligence.core.investigate.explore_link import explore_link
from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.ports.log_source import ExaminedLogs, LogPlace, LogQuery

CHILD_MODULE = "issue_intelligence.adapters.loki.child"
# Ten investigations ask at the same time, and Loki splits each question into several of its own.
AT_ONCE = 3
# A child that lives takes back a question at once.
_PATIENCE_SECONDS = 10


class Question(msgspec.Struct):
    connection: LokiConnection
    query: LogQuery


class LokiExaminer:
    """Implements ports.log_source.LogExaminer over Loki.

    With the address of Grafana and the UID of its Loki data source, the lines' place has a link into Explore.
    """

    def __init__(
        self, connection: LokiConnection, *, grafana_url: str = "", datasource_uid: str = ""
    ) -> None:
        self._connection = connection
        self._grafana_url = grafana_url
        self._datasource_uid = datasource_uid
        self._child = LogChild(CHILD_MODULE, at_once=AT_ONCE, patience_seconds=_PATIENCE_SECONDS)

    @property
    def description(self) -> str:
        return self._connection.description

    def place(self, query: LogQuery) -> LogPlace:
        window = LogWindow(from_at=query.from_at, until_at=query.until_at)
        return LogPlace(
            source=self.description,
            query=query.selector,
            link=explore_link(self._grafana_url, self._datasource_uid, query.selector, window),
        )

    async def examine(self, query: LogQuery) -> ExaminedLogs:
        return await self._child.ask(Question(connection=self._connection, query=query))

    async def stop(self) -> None:
        await self._child.stop()
