"""Where issues live: GitHub, or Markdown files."""

from typing import Protocol

from issue_intelligence.core.model.issue import CloseReason, IssueText, TrackedIssue


class Tracker(Protocol):
    """Each write carries a marker, which is looked for before a write is repeated.

    A marker is a short opaque text, unique for one intended effect; it is hidden in what is written.
    All methods raise TransientError or PermanentError.
    """

    @property
    def description(self) -> str:
        """Name the tracker for people: "Markdown files in data/issues"."""
        ...

    async def get(self, number: int) -> TrackedIssue | None:
        """Look an issue up; None when there is none of that number."""
        ...

    async def find_by_marker(self, marker: str) -> TrackedIssue | None:
        """Find the issue that was created with this marker."""
        ...

    async def create(self, text: IssueText, *, marker: str) -> TrackedIssue: ...

    async def has_comment(self, number: int, *, marker: str) -> bool:
        """Tell whether the issue already carries the comment of this marker."""
        ...

    async def comment(self, number: int, body: str, *, marker: str) -> None: ...

    async def reopen(self, number: int) -> None:
        """Open the issue; an open one stays as it is."""
        ...

    async def close(self, number: int, reason: CloseReason) -> None:
        """Close the issue; a closed one stays as it is."""
        ...
