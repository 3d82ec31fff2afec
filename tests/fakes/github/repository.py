"""The state of one repository and GitHub's rules about it; a refusal is a Refused."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

MAX_TEXT_CHARS = 65_536
MAX_TITLE_CHARS = 256
MAX_LABEL_CHARS = 50
AUTO_COLOUR = "ededed"
_COLOUR = re.compile(r"[0-9a-fA-F]{6}")
Now = Callable[[], datetime]


class RefusedError(Exception):
    def __init__(self, status: int, message: str, *, errors: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.document: dict[str, Any] = {
            "message": message,
            "documentation_url": "https://docs.github.com/rest",
        }
        if errors:
            self.document["errors"] = list(errors)


@dataclass
class FakeComment:
    id: int
    body: str
    at: datetime


@dataclass
class FakeGitHubIssue:
    number: int
    title: str
    body: str
    created_at: datetime
    updated_at: datetime
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    state: str = "open"
    state_reason: str | None = None
    closed_at: datetime | None = None
    locked: bool = False
    deleted: bool = False
    is_pull_request: bool = False
    # Full address of where it went.
    moved_to: str = ""
    comments: list[FakeComment] = field(default_factory=list)


class FakeRepository:
    """GitHub compares names of labels, logins and repositories without regard to case."""

    def __init__(self, full_name: str, *, now: Now, url: str) -> None:
        self.full_name = full_name
        self.now = now
        self.url = url
        self.issues: dict[int, FakeGitHubIssue] = {}
        # Colour by name as it was first written.
        self.labels: dict[str, str] = {}
        self.assignable: set[str] = set()
        # Without push access labels and assignees are dropped without a word.
        self.can_push = True
        self.has_issues = True
        self._comments = 0

    def create(self, document: Mapping[str, Any]) -> FakeGitHubIssue:
        if not self.has_issues:
            raise RefusedError(410, "Issues are disabled for this repo")
        self._check_text("body", document.get("body") or "")
        if not str(document["title"]).strip():
            raise RefusedError(422, "Validation Failed", errors=[_error("Issue", "title", "missing_field")])
        if len(document["title"]) > MAX_TITLE_CHARS:
            raise RefusedError(422, "Validation Failed", errors=[_error("Issue", "title", "invalid")])
        labels, people = list(document.get("labels", ())), list(document.get("assignees", ()))
        if not self.can_push:
            labels, people = [], []
        for login in people:
            if not self.can_assign(login):
                refused = {**_error("Issue", "assignees", "invalid"), "value": login}
                raise RefusedError(422, "Validation Failed", errors=[refused])
        now = self.now()
        issue = FakeGitHubIssue(
            number=len(self.issues) + 1,
            title=document["title"],
            body=document.get("body") or "",
            created_at=now,
            updated_at=now,
            labels=[self._attached(name) for name in labels],
            assignees=people,
        )
        self.issues[issue.number] = issue
        return issue

    def issue(self, number: int) -> FakeGitHubIssue:
        issue = self.issues.get(number)
        if issue is None:
            raise RefusedError(404, "Not Found")
        if issue.deleted:
            raise RefusedError(410, "This issue was deleted")
        return issue

    def change(self, number: int, document: Mapping[str, Any]) -> FakeGitHubIssue:
        issue = self.issue(number)
        state = document.get("state", issue.state)
        if state != issue.state:
            issue.state = state
            issue.closed_at = self.now() if state == "closed" else None
            default = "completed" if state == "closed" else "reopened"
            issue.state_reason = document.get("state_reason") or default
        issue.title, issue.body = document.get("title", issue.title), document.get("body", issue.body)
        issue.updated_at = self.now()
        return issue

    def comment(self, number: int, body: str) -> FakeComment:
        issue = self.issue(number)
        if issue.locked:
            raise RefusedError(403, "Unable to create comment because issue is locked.")
        self._check_text("body", body)
        self._comments += 1
        comment = FakeComment(id=self._comments, body=body, at=self.now())
        issue.comments.append(comment)
        issue.updated_at = self.now()
        return comment

    def list_issues(self, query: Mapping[str, str]) -> list[FakeGitHubIssue]:
        since = query.get("since")
        wanted = {name.lower() for name in query.get("labels", "").split(",") if name}
        state = query.get("state", "open")
        found = [
            issue
            for issue in self.issues.values()
            if not issue.deleted
            and state in ("all", issue.state)
            and (since is None or issue.updated_at >= datetime.fromisoformat(since))
            and wanted <= {name.lower() for name in issue.labels}
        ]
        by_update = query.get("sort", "created") == "updated"
        newest_first = query.get("direction", "desc") == "desc"
        return sorted(
            found,
            key=lambda each: (each.updated_at if by_update else each.created_at, each.number),
            reverse=newest_first,
        )

    def make_label(self, document: Mapping[str, Any]) -> str:
        name, colour = document["name"], document.get("color", AUTO_COLOUR)
        if not self.can_push:
            raise RefusedError(403, "Resource not accessible by personal access token")
        if self.label(name) is not None:
            raise RefusedError(422, "Validation Failed", errors=[_error("Label", "name", "already_exists")])
        if not name.strip() or len(name) > MAX_LABEL_CHARS or not _COLOUR.fullmatch(colour):
            raise RefusedError(422, "Validation Failed", errors=[_error("Label", "name", "invalid")])
        self.labels[name] = colour
        return str(name)

    def label(self, name: str) -> str | None:
        """Give the name as it is written here."""
        return next((each for each in self.labels if each.lower() == name.lower()), None)

    def can_assign(self, login: str) -> bool:
        return login.lower() in {name.lower() for name in self.assignable}

    def _attached(self, name: str) -> str:
        if len(name) > MAX_LABEL_CHARS:
            raise RefusedError(422, "Validation Failed", errors=[_error("Label", "name", "invalid")])
        known = self.label(name)
        if known is None:
            self.labels[name] = AUTO_COLOUR
        return known or name

    def _check_text(self, name: str, text: str) -> None:
        if len(text) > MAX_TEXT_CHARS:
            message = f"{name} is too long (maximum is {MAX_TEXT_CHARS} characters)"
            refused = {**_error("Issue", name, "custom"), "message": message}
            raise RefusedError(422, "Validation Failed", errors=[refused])


def _error(resource: str, name: str, code: str) -> dict[str, str]:
    return {"resource": resource, "field": name, "code": code}
