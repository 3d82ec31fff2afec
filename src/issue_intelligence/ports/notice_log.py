"""Remembers which notices were meant to be sent and which were."""

from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.notice import IncidentNotice


class NoticeLog(Protocol):
    async def intend(self, notice: IncidentNotice, *, marker: str, channel: str, now: datetime) -> bool:
        """Commit the intent; False when this notice was sent already."""
        ...

    async def sent(self, marker: str, now: datetime) -> None: ...
