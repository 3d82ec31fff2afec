"""A knowledge base in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from issue_intelligence.core.model.known_issue import KnownIssue


class FakeKnownIssueStore:
    def __init__(self, entries: Sequence[KnownIssue] = ()) -> None:
        self.entries = {entry.id: entry for entry in entries}

    async def all(self) -> tuple[KnownIssue, ...]:
        return tuple(self.entries[key] for key in sorted(self.entries))

    async def add_missing(self, entries: Sequence[KnownIssue]) -> int:
        missing = [entry for entry in entries if entry.id not in self.entries]
        await self.put(missing)
        return len(missing)

    async def put(self, entries: Sequence[KnownIssue]) -> None:
        self.entries |= {entry.id: entry for entry in entries}

    async def record_match(self, ids: Sequence[str], at: datetime) -> None:
        for key in ids:
            entry = self.entries[key]
            self.entries[key] = replace(entry, occurrences=entry.occurrences + 1, last_seen=at)
