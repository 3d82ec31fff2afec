"""GitHub's JSON, read into the few fields that we use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issue_intelligence.core.model.issue import CloseReason, IssueState, TrackedIssue
from issue_intelligence.ports.errors import TransientError


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubIssue:
    tracked: TrackedIssue
    body: str
    created_at: datetime
    labels: Sequence[str]
    assignees: Sequence[str]
    # Lists of issues contain pull requests too.
    is_pull_request: bool


def read_issue(document: Any, *, number: int | None = None) -> GitHubIssue:
    """Read an issue; `number` is the one we asked for, which a transferred issue has no more."""
    try:
        return _issue(document, number)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TransientError(f"GitHub's answer is no issue: {type(error).__name__} {error}") from error


def _issue(document: Mapping[str, Any], number: int | None) -> GitHubIssue:
    state = IssueState(document["state"])
    is_closed = state is IssueState.CLOSED
    closed_at = document.get("closed_at")
    return GitHubIssue(
        tracked=TrackedIssue(
            number=number if number is not None else int(document["number"]),
            url=str(document["html_url"]),
            state=state,
            close_reason=_close_reason(document.get("state_reason")) if is_closed else None,
            closed_at=datetime.fromisoformat(closed_at) if is_closed and closed_at else None,
            title=str(document["title"]),
        ),
        body=document.get("body") or "",
        created_at=datetime.fromisoformat(document["created_at"]),
        labels=tuple(
            label if isinstance(label, str) else str(label["name"]) for label in document.get("labels") or ()
        ),
        assignees=tuple(str(person["login"]) for person in document.get("assignees") or ()),
        is_pull_request="pull_request" in document,
    )


def _close_reason(given: str | None) -> CloseReason:
    """A duplicate is told of elsewhere, so it is not reopened; closing without a reason means completed."""
    return CloseReason.NOT_PLANNED if given in ("not_planned", "duplicate") else CloseReason.COMPLETED
