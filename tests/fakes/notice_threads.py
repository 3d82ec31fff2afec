"""Where messages stand, in memory."""

from datetime import datetime

from issue_intelligence.ports.notice_threads import NoticeThread


class FakeNoticeThreads:
    def __init__(self) -> None:
        self.saved: dict[tuple[str, str], NoticeThread] = {}

    async def of_incident(self, incident_id: str) -> list[NoticeThread]:
        return [thread for thread in self.saved.values() if thread.incident_id == incident_id]

    async def save(self, thread: NoticeThread, now: datetime) -> None:
        self.saved[thread.incident_id, thread.channel] = thread

    async def channel_id(self, channel: str) -> str | None:
        return next((each.channel_id for each in self.saved.values() if each.channel == channel), None)
