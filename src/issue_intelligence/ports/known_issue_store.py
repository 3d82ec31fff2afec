"""Keeps the knowledge base."""

from collections.abc import Sequence
from typing import Protocol

from issue_intelligence.core.model.known_issue import KnownIssue


class KnownIssueStore(Protocol):
    async def all(self) -> tuple[KnownIssue, ...]:
        """List every entry, by id."""
        ...

    async def add_missing(self, entries: Sequence[KnownIssue]) -> int:
        """Add those whose id is not there yet; give how many. What people changed stays."""
        ...

    async def put(self, entries: Sequence[KnownIssue]) -> None:
        """Add entries, or replace those of the same id, all or none."""
        ...
