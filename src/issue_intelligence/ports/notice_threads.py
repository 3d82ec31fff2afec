"""Remembers where the messages about an incident stand, so that they can be edited and answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.notice import IncidentNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeThread:
    """One incident's message in one channel."""

    incident_id: str
    # As it is configured, and as the vendor calls it.
    channel: str
    channel_id: str
    # The vendor's id of the message: Slack's `ts`.
    message_id: str
    # True for the one thread of the incident that gets the news.
    follows: bool
    # What the message says, and the marker of the notice that made it say so.
    told: IncidentNotice
    marker: str


class NoticeThreads(Protocol):
    async def of_incident(self, incident_id: str) -> list[NoticeThread]:
        """List the incident's threads, the oldest first."""
        ...

    async def save(self, thread: NoticeThread, now: datetime) -> None:
        """Keep the thread, in place of an earlier one of its incident in the same channel."""
        ...

    async def channel_id(self, channel: str) -> str | None:
        """Give the vendor's id of a configured channel, learnt from an earlier message; None when unknown."""
        ...
