"""Where issues live: GitHub, or Markdown files."""

from datetime import datetime
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

    @property
    def place(self) -> str:
        """Tell it from all other trackers, where a number means another issue; at most 255 characters."""
        ...

    async def get(self, number: int) -> TrackedIssue | None:
        """Look an issue up; None when there is none of that number."""
        ...

    async def carries(self, number: int, *, marker: str) -> bool:
        """Tell whether this issue was created with this marker; False when there is none of that number."""
        ...

    async def find_by_marker(self, marker: str, *, since: datetime | None = None) -> TrackedIssue | None:
        """Find the issue that was created with this marker.

        `since` is when the marker was first meant: nothing older need be looked at. None looks at everything.
        """
        ...

    async def create(self, text: IssueText, *, marker: str) -> TrackedIssue:
        """Create the issue; a second call of the same process gives the first one's issue.

        After a crash or a time-out only find_by_marker tells whether it exists.
        """
        ...

    async def has_comment(self, number: int, *, marker: str, since: datetime | None = None) -> bool:
        """Tell whether the issue already carries the comment of this marker; `since` as above."""
        ...

    async def comment(self, number: int, body: str, *, marker: str) -> None: ...

    async def reopen(self, number: int) -> None:
        """Open the issue; an open one stays as it is."""
        ...

    async def close(self, number: int, reason: CloseReason) -> None:
        """Close the issue; a closed one stays as it is."""
        ...
