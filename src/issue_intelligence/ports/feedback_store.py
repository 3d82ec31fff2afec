"""Keeps what people say of decisions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.feedback import Feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackQuery:
    limit: int = 50
    # The last page's `next_before`; "" for the first page.
    before: str = ""
    # What was said of this alert or of its incident; "" for any.
    alert_id: str = ""
    # What was said of this incident or of one of its alerts; "" for any.
    incident_id: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackPage:
    # Newest first.
    feedback: tuple[Feedback, ...] = field(default=())
    # Opaque; None at the end.
    next_before: str | None = None


class FeedbackStore(Protocol):
    async def add(self, feedback: Feedback) -> bool:
        """Add it and an audit row; False when that id is there already, and nothing changes."""
        ...

    async def said_of(self, incident_ids: Sequence[str]) -> tuple[Feedback, ...]:
        """Give everything said of these incidents and their alerts, oldest first."""
        ...

    async def page(self, query: FeedbackQuery) -> FeedbackPage:
        """Give one page. Raises ValueError when `before` is no cursor of ours."""
        ...

    async def incident_of(self, alert_id: str) -> str | None:
        """Give the incident of an alert; None when there is no such alert."""
        ...

    async def knows_incident(self, incident_id: str) -> bool: ...

    async def incidents_of_issue(self, place: str, number: int) -> tuple[str, ...]:
        """Give the incidents that an issue speaks of now: those that are not closed, else the newest.

        `place` is the tracker's (see Tracker.place). Empty when the issue stands for no cause of ours.
        """
        ...
