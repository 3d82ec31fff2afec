"""A tracker that is a GitHub repository."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from issue_intelligence.adapters.github.answers import GitHubIssue, read_issue
from issue_intelligence.adapters.github.body import (
    MAX_TITLE_CHARS,
    comment_mark,
    has_mark,
    issue_mark,
    marked,
)
from issue_intelligence.adapters.github.client import GitHubClient
from issue_intelligence.adapters.github.failures import GoneError, InvalidError, NotFoundError
from issue_intelligence.adapters.github.labels import LabelsAndPeople, label_names
from issue_intelligence.core.model.issue import CloseReason, IssueState, IssueText, TrackedIssue, github_place
from issue_intelligence.ports.errors import PermanentError

log = structlog.get_logger()

# Our clock and GitHub's may differ.
CLOCK_MARGIN = timedelta(minutes=10)
# 5,000 issues or comments since the mark was meant; a second issue would be worse than giving up.
MAX_PAGES = 50
# Markers of issues that this process has created.
_REMEMBERED = 1_000


class GitHubTracker:
    def __init__(
        self, client: GitHubClient, *, on_dropped: Callable[[str], None] = lambda _what: None
    ) -> None:
        """`on_dropped` hears of "labels" or "assignees" that GitHub left out without a word."""
        self._client = client
        self._repository = LabelsAndPeople(client)
        self._on_dropped = on_dropped
        self._told_of_dropped: set[str] = set()
        self._creating = asyncio.Lock()
        self._created: dict[str, int] = {}

    @property
    def description(self) -> str:
        return f"GitHub issues of {self._client.repository}"

    @property
    def place(self) -> str:
        return github_place(self._client.repository)

    async def get(self, number: int) -> TrackedIssue | None:
        what = f"look up issue {number}"
        try:
            answer = await self._client.read(f"issues/{number}", what=what)
        except GoneError:
            return None
        except NotFoundError:
            # Without access all issues seem to be missing, and new ones would be created for them.
            await self._prove_access()
            return None
        return read_issue(answer.data, number=number).tracked

    async def carries(self, number: int, *, marker: str) -> bool:
        try:
            answer = await self._client.read(f"issues/{number}", what=f"look up issue {number}")
        except NotFoundError:
            return False
        return has_mark(read_issue(answer.data, number=number).body, issue_mark(marker))

    async def find_by_marker(self, marker: str, *, since: datetime | None = None) -> TrackedIssue | None:
        mark = issue_mark(marker)
        # Not by label: GitHub drops labels of those who may not set them, and people take them off.
        query = {"state": "all", "sort": "created", "direction": "desc", **_since(since)}
        found: GitHubIssue | None = None
        pages = self._client.pages(
            "issues", what="look for the issue that we meant to create", query=query, max_pages=MAX_PAGES
        )
        async for page in pages:
            issues = [read_issue(document) for document in page]
            for issue in issues:
                # The oldest: whoever copies a mark comes later.
                if not issue.is_pull_request and has_mark(issue.body, mark):
                    found = issue
            if since is not None and issues and issues[-1].created_at < since - CLOCK_MARGIN:
                break
        return found.tracked if found else None

    async def create(self, text: IssueText, *, marker: str) -> TrackedIssue:
        async with self._creating:
            number = self._created.get(marker)
            existing = await self.get(number) if number is not None else None
            if existing is not None:
                return existing
            issue = await self._create(text, issue_mark(marker))
            self._created[marker] = issue.tracked.number
            if len(self._created) > _REMEMBERED:
                del self._created[next(iter(self._created))]
            return issue.tracked

    async def has_comment(self, number: int, *, marker: str, since: datetime | None = None) -> bool:
        mark = comment_mark(marker)
        pages = self._client.pages(
            f"issues/{number}/comments",
            what=f"read the comments of issue {number}",
            query=_since(since),
            max_pages=MAX_PAGES,
        )
        try:
            async for page in pages:
                if any(has_mark(_body_of(comment), mark) for comment in page):
                    return True
        except NotFoundError:
            return False
        return False

    async def comment(self, number: int, body: str, *, marker: str) -> None:
        document = {"body": marked(body, comment_mark(marker))}
        await self._write("POST", number, "/comments", document, what=f"comment on issue {number}")

    async def reopen(self, number: int) -> None:
        await self._set_state(number, IssueState.OPEN, "reopened")

    async def close(self, number: int, reason: CloseReason) -> None:
        await self._set_state(number, IssueState.CLOSED, reason.value)

    async def _set_state(self, number: int, state: IssueState, reason: str) -> None:
        what = f"{'reopen' if state is IssueState.OPEN else 'close'} issue {number}"
        issue = await self.get(number)
        if issue is None:
            raise PermanentError(f"cannot {what}: there is none in {self._client.repository}")
        if issue.state is not state:
            document = {"state": state.value, "state_reason": reason}
            await self._write("PATCH", number, "", document, what=what)

    async def _write(
        self, method: str, number: int, below: str, document: Mapping[str, Any], *, what: str
    ) -> None:
        try:
            await self._client.write(method, f"issues/{number}{below}", document, what=what)
        except NotFoundError as error:
            raise PermanentError(f"cannot {what}: there is none in {self._client.repository}") from error

    async def _create(self, text: IssueText, mark: str) -> GitHubIssue:
        labels = label_names(text.labels)
        await self._repository.make_labels(labels)
        assignees = await self._repository.assignable(text.assignees)
        try:
            issue = await self._post(text, mark, labels, assignees)
        except InvalidError as error:
            if not assignees:
                raise
            log.warning("github_assignees_refused", assignees=assignees, reason=str(error))
            issue = await self._post(text, mark, labels, ())
            assignees = ()
        self._notice_dropped("labels", labels, issue.labels)
        self._notice_dropped("assignees", assignees, issue.assignees)
        return issue

    async def _post(
        self, text: IssueText, mark: str, labels: Sequence[str], assignees: Sequence[str]
    ) -> GitHubIssue:
        others = [login for login in text.assignees if login not in assignees]
        names = ", ".join(f"`{login}`" for login in others)
        note = f"*GitHub does not let this issue be assigned to {names}.*" if others else ""
        document = {
            "title": text.title[:MAX_TITLE_CHARS],
            "body": marked(text.body, mark, note=note),
            "labels": list(labels),
            **({"assignees": list(assignees)} if assignees else {}),
        }
        try:
            answer = await self._client.write("POST", "issues", document, what="create an issue")
        except GoneError as error:
            repository = self._client.repository
            raise PermanentError(f"issues are switched off in {repository}: switch them on") from error
        except NotFoundError as error:
            raise self._no_access() from error
        return read_issue(answer.data)

    def _notice_dropped(self, what: str, wanted: Sequence[str], got: Sequence[str]) -> None:
        """Compare: without push access GitHub drops them, and answers 201 all the same."""
        dropped = sorted({name.lower() for name in wanted} - {name.lower() for name in got})
        if not dropped:
            return
        self._on_dropped(what)
        if what not in self._told_of_dropped:
            self._told_of_dropped.add(what)
            reason = "the token's owner needs push access to set them"
            log.warning("github_dropped", what=what, names=dropped, reason=reason)

    async def _prove_access(self) -> None:
        try:
            await self._client.read("", what="look up the repository")
        except NotFoundError as error:
            raise self._no_access() from error

    def _no_access(self) -> PermanentError:
        repository = self._client.repository
        return PermanentError(
            f"GitHub shows this token no repository {repository}: check GITHUB_REPOSITORY, and that "
            "GITHUB_TOKEN may see it"
        )


def _since(at: datetime | None) -> dict[str, str]:
    if at is None:
        return {}
    return {"since": (at - CLOCK_MARGIN).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _body_of(comment: Any) -> str:
    body = comment.get("body") if isinstance(comment, dict) else None
    return body if isinstance(body, str) else ""
