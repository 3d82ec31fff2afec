"""An issue in a tracker, as far as we need to know it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IssueState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """GitHub's `state_reason`; `not_planned` means: do not reopen."""

    COMPLETED = "completed"
    NOT_PLANNED = "not_planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedIssue:
    """What the tracker says of an issue now."""

    number: int
    url: str
    state: IssueState
    close_reason: CloseReason | None
    closed_at: datetime | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueText:
    """What an issue says when it is created."""

    title: str
    # Markdown, redacted, at most 60,000 characters.
    body: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...] = ()


def github_place(repository: str) -> str:
    """Give the Tracker.place of a repository "owner/name"; GitHub takes upper and lower case for the same."""
    return f"github:{repository.lower()}"
