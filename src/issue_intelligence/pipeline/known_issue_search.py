"""Matches known issues, compiled once and until the knowledge base changes."""

import asyncio
from collections.abc import Sequence

from issue_intelligence.core.investigate.known_issues import KnownIssueMatcher
from issue_intelligence.core.model.known_issue import KnownIssue, KnownIssueMatch
from issue_intelligence.ports.known_issue_store import KnownIssueStore


class KnownIssueSearch:
    def __init__(self, store: KnownIssueStore) -> None:
        self._store = store
        self._compiled: tuple[tuple[tuple[str, str], ...], KnownIssueMatcher] | None = None

    async def match(
        self, messages: Sequence[tuple[str, int]], alert_texts: Sequence[str]
    ) -> tuple[KnownIssueMatch, ...]:
        """Match messages (text, number of lines) and the alert's own texts."""
        entries = await self._store.all()
        matcher = self._compiled_for(entries)
        matches = await asyncio.to_thread(matcher.match, messages, alert_texts)
        # The matcher may hold older counts of the same entries.
        current = {entry.id: entry for entry in entries}
        return tuple(
            KnownIssueMatch(
                known_issue=current[match.known_issue.id],
                matched_text=match.matched_text,
                count=match.count,
            )
            for match in matches
        )

    def _compiled_for(self, entries: Sequence[KnownIssue]) -> KnownIssueMatcher:
        key = tuple((entry.id, entry.error_pattern) for entry in entries)
        if self._compiled is None or self._compiled[0] != key:
            self._compiled = (key, KnownIssueMatcher(entries))
        return self._compiled[1]
