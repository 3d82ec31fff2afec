"""The child of examiner.py: fetches windows from Loki, several at once."""

from issue_intelligence.adapters.http import http_client
from issue_intelligence.adapters.log_child_main import answer_questions
from issue_intelligence.adapters.loki.client import LokiClient
from issue_intelligence.adapters.loki.connection import LokiConnection
from issue_intelligence.adapters.loki.examiner import Question
from issue_intelligence.adapters.loki.source import LokiLogSource
from issue_intelligence.ports.log_source import LogBatch

# Loki's own time-out for a query is a minute or more, but a fetch as a whole has less than that.
_WAIT_SECONDS = 40


class _Sources:
    """One source a connection, so that connections stay open and what Loki allows is learnt once."""

    def __init__(self) -> None:
        self._sources: dict[LokiConnection, LokiLogSource] = {}

    async def fetch(self, question: Question) -> LogBatch:
        connection = question.connection
        if connection not in self._sources:
            client = LokiClient(http_client(timeout_seconds=_WAIT_SECONDS), connection)
            self._sources[connection] = LokiLogSource(client)
        return await self._sources[connection].fetch(question.query)


def main() -> None:
    answer_questions(Question, _Sources().fetch)


if __name__ == "__main__":
    main()
