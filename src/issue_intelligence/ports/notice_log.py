"""Remembers which notices were meant to be sent and which were."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.notice import IncidentNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeIntent:
    is_sent: bool
    # Since when a notice of the incident may stand there without our knowing; None for certainty.
    unknown_since: datetime | None


class NoticeLog(Protocol):
    async def intend(
        self, notice: IncidentNotice, *, marker: str, channel: str, now: datetime
    ) -> NoticeIntent:
        """Commit the intent; tell what is known of it and of the incident's earlier ones in this channel."""
        ...

    async def sent(self, marker: str, now: datetime) -> None:
        """Note that it was sent, and that earlier ones of the incident in this channel are settled by it."""
        ...
