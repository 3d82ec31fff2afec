"""What the fake GitHub answers: its state as GitHub's JSON, the fields that matter."""

from datetime import UTC, datetime
from typing import Any

from tests.fakes.github.repository import FakeComment, FakeGitHubIssue, FakeRepository

_BOT = {"login": "issue-bot", "id": 1, "type": "Bot"}


def issue_document(repository: FakeRepository, issue: FakeGitHubIssue) -> dict[str, Any]:
    api = f"{repository.url}/repos/{repository.full_name}"
    document = {
        "id": 1_000_000 + issue.number,
        "number": issue.number,
        "url": f"{api}/issues/{issue.number}",
        "repository_url": api,
        "html_url": f"https://github.com/{repository.full_name}/issues/{issue.number}",
        "title": issue.title,
        "body": issue.body,
        "user": _BOT,
        "state": issue.state,
        "state_reason": issue.state_reason,
        "labels": [label_document(repository, name) for name in issue.labels],
        "assignees": [{"login": login, "id": 2, "type": "User"} for login in issue.assignees],
        "locked": issue.locked,
        "comments": len(issue.comments),
        "created_at": _time(issue.created_at),
        "updated_at": _time(issue.updated_at),
        "closed_at": _time(issue.closed_at) if issue.closed_at else None,
    }
    return document | ({"pull_request": {"url": f"{api}/pulls/1"}} if issue.is_pull_request else {})


def comment_document(comment: FakeComment) -> dict[str, Any]:
    return {
        "id": comment.id,
        "body": comment.body,
        "user": _BOT,
        "created_at": _time(comment.at),
        "updated_at": _time(comment.at),
    }


def label_document(repository: FakeRepository, name: str) -> dict[str, Any]:
    return {"name": name, "color": repository.labels.get(name, "ededed"), "default": False}


def repository_document(repository: FakeRepository) -> dict[str, Any]:
    return {
        "full_name": repository.full_name,
        "has_issues": repository.has_issues,
        "archived": False,
        "permissions": {"pull": True, "push": repository.can_push, "admin": False},
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
