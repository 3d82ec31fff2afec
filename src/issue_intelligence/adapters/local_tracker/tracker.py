"""A tracker that is a folder of Markdown files."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from issue_intelligence.adapters.local_tracker.folder import (
    exclusive,
    outside_error,
    read_text,
    remove_leftovers,
    write_durably,
)
from issue_intelligence.adapters.local_tracker.front_matter import (
    FrontMatter,
    FrontMatterError,
    parse_front_matter,
)
from issue_intelligence.adapters.local_tracker.index import FolderIndex
from issue_intelligence.adapters.local_tracker.issue_file import (
    IssueHead,
    closed,
    comment_mark,
    file_name,
    has_mark,
    issue_mark,
    new_issue,
    read_head,
    reopened,
    with_comment,
)
from issue_intelligence.core.model.issue import CloseReason, IssueState, IssueText, TrackedIssue
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.issue_ledger import LOCAL_FILES

# Remembers the highest number ever given, so that a deleted issue's number stays its own.
_LAST_NUMBER_NAME = ".last-number"


class LocalTracker:
    """Issues as files `0001-<title>.md`; people may edit them, `state: closed` included."""

    def __init__(
        self, folder: Path, *, clock: Clock, base_url: str = "", lock_timeout_seconds: float = 10.0
    ) -> None:
        """`base_url` is where the folder is served, without a final slash; "" links to the files."""
        self._folder = folder
        self._clock = clock
        self._base_url = base_url
        self._lock_timeout_seconds = lock_timeout_seconds
        self._index = FolderIndex(folder)

    @property
    def description(self) -> str:
        return f"Markdown files in {self._folder}"

    @property
    def place(self) -> str:
        # Not the folder's path: data that were moved are the same data.
        return LOCAL_FILES

    async def get(self, number: int) -> TrackedIssue | None:
        return await asyncio.to_thread(self._get, number)

    async def carries(self, number: int, *, marker: str) -> bool:
        found = await asyncio.to_thread(self._find, marker)
        return found is not None and found.number == number

    async def find_by_marker(
        self,
        marker: str,
        *,
        since: datetime | None = None,  # noqa: ARG002  (the index makes a look at everything cheap)
    ) -> TrackedIssue | None:
        return await asyncio.to_thread(self._find, marker)

    async def create(self, text: IssueText, *, marker: str) -> TrackedIssue:
        """Write the issue; one that exists with this marker is given as it is."""
        return await asyncio.to_thread(self._create, text, marker)

    async def has_comment(
        self,
        number: int,
        *,
        marker: str,
        since: datetime | None = None,  # noqa: ARG002
    ) -> bool:
        return await asyncio.to_thread(self._has_comment, number, marker)

    async def comment(self, number: int, body: str, *, marker: str) -> None:
        """Add the comment unless one with this marker is there."""

        def add(issue: FrontMatter) -> FrontMatter | None:
            if has_mark(issue.body, comment_mark(marker)):
                return None
            return with_comment(issue, body, marker=marker, now=self._clock.now())

        await asyncio.to_thread(self._rewrite, number, add)

    async def reopen(self, number: int) -> None:
        def change(issue: FrontMatter) -> FrontMatter | None:
            is_open = read_head(issue).state is IssueState.OPEN
            return None if is_open else reopened(issue, now=self._clock.now())

        await asyncio.to_thread(self._rewrite, number, change)

    async def close(self, number: int, reason: CloseReason) -> None:
        def change(issue: FrontMatter) -> FrontMatter | None:
            is_closed = read_head(issue).state is IssueState.CLOSED
            return None if is_closed else closed(issue, reason, now=self._clock.now())

        await asyncio.to_thread(self._rewrite, number, change)

    def _get(self, number: int) -> TrackedIssue | None:
        path = self._index.path_of(number)
        return self._tracked(path) if path else None

    def _find(self, marker: str) -> TrackedIssue | None:
        path = self._index.path_with_mark(issue_mark(marker))
        return self._tracked(path) if path else None

    def _create(self, text: IssueText, marker: str) -> TrackedIssue:
        with exclusive(self._folder, timeout_seconds=self._lock_timeout_seconds):
            existing = self._find(marker)
            if existing:
                return existing
            remove_leftovers(self._folder)
            number = max(self._last_number(), self._index.highest_number()) + 1
            # Before the issue itself: a crash in between leaves a gap, never a number given twice.
            write_durably(self._folder / _LAST_NUMBER_NAME, f"{number}\n")
            path = self._folder / file_name(number, text.title)
            write_durably(path, new_issue(number, text, marker=marker, now=self._clock.now()))
            return self._tracked(path)

    def _last_number(self) -> int:
        path = self._folder / _LAST_NUMBER_NAME
        if not path.exists():
            return 0
        try:
            return int(read_text(path).strip() or "0")
        except ValueError as error:
            raise PermanentError(f"{path} must hold the highest issue number given so far") from error

    def _has_comment(self, number: int, marker: str) -> bool:
        path = self._index.path_of(number)
        return path is not None and has_mark(self._parsed(path).body, comment_mark(marker))

    def _rewrite(self, number: int, change: Callable[[FrontMatter], FrontMatter | None]) -> None:
        """Change a file under the lock; a change that gives None leaves it alone."""
        with exclusive(self._folder, timeout_seconds=self._lock_timeout_seconds):
            path = self._index.path_of(number)
            if path is None:
                raise PermanentError(f"there is no issue {number} in {self._folder}")
            try:
                changed = change(self._parsed(path))
            except FrontMatterError as error:
                raise _unreadable(path, error) from error
            if changed is not None:
                write_durably(path, changed.text())

    def _parsed(self, path: Path) -> FrontMatter:
        try:
            return parse_front_matter(read_text(path))
        except FrontMatterError as error:
            raise _unreadable(path, error) from error

    def _tracked(self, path: Path) -> TrackedIssue:
        try:
            head = read_head(self._parsed(path))
        except FrontMatterError as error:
            raise _unreadable(path, error) from error
        return TrackedIssue(
            number=int(path.name.partition("-")[0]),
            url=self._url(path),
            state=head.state,
            close_reason=head.close_reason,
            closed_at=_closed_at(head, path),
            title=head.title,
        )

    def _url(self, path: Path) -> str:
        return f"{self._base_url}/{quote(path.name)}" if self._base_url else path.resolve().as_uri()


def _closed_at(head: IssueHead, path: Path) -> datetime | None:
    """Whoever closed it by hand without a date did so when the file last changed."""
    if head.state is IssueState.OPEN or head.closed_at:
        return head.closed_at
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    except OSError as error:
        raise outside_error(error, path) from error


def _unreadable(path: Path, error: FrontMatterError) -> PermanentError:
    return PermanentError(f"the head of {path} cannot be read: {error}")
