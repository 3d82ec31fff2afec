"""Keeps a process that others may have given up from doing things outside.

One that was frozen between its intent and the effect would else do what its successor has done meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.model.issue import CloseReason, IssueText, TrackedIssue
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.model.remediation import ActionReport
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.acting import MayAct
from issue_intelligence.ports.notifier import Notifier
from issue_intelligence.ports.platform import Platform
from issue_intelligence.ports.tracker import Tracker


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerWhileActing:
    """A tracker whose changes are refused with StorageError while this process may not act."""

    tracker: Tracker
    may_act: MayAct

    @property
    def description(self) -> str:
        return self.tracker.description

    @property
    def place(self) -> str:
        return self.tracker.place

    async def get(self, number: int) -> TrackedIssue | None:
        return await self.tracker.get(number)

    async def carries(self, number: int, *, marker: str) -> bool:
        return await self.tracker.carries(number, marker=marker)

    async def find_by_marker(self, marker: str, *, since: datetime | None = None) -> TrackedIssue | None:
        return await self.tracker.find_by_marker(marker, since=since)

    async def create(self, text: IssueText, *, marker: str) -> TrackedIssue:
        self.may_act.check()
        return await self.tracker.create(text, marker=marker)

    async def has_comment(self, number: int, *, marker: str, since: datetime | None = None) -> bool:
        return await self.tracker.has_comment(number, marker=marker, since=since)

    async def comment(self, number: int, body: str, *, marker: str) -> None:
        self.may_act.check()
        await self.tracker.comment(number, body, marker=marker)

    async def reopen(self, number: int) -> None:
        self.may_act.check()
        await self.tracker.reopen(number)

    async def close(self, number: int, reason: CloseReason) -> None:
        self.may_act.check()
        await self.tracker.close(number, reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierWhileActing:
    notifier: Notifier
    may_act: MayAct

    @property
    def description(self) -> str:
        return self.notifier.description

    @property
    def keeps_current(self) -> bool:
        return self.notifier.keeps_current

    async def notify(
        self, notice: IncidentNotice, *, marker: str, unknown_since: datetime | None = None
    ) -> bool:
        self.may_act.check()
        return await self.notifier.notify(notice, marker=marker, unknown_since=unknown_since)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformWhileActing:
    platform: Platform
    may_act: MayAct

    def can_restart(self, service: Service) -> bool:
        return self.platform.can_restart(service)

    async def restart(self, service: Service) -> ActionReport:
        self.may_act.check()
        return await self.platform.restart(service)
