"""Whom we tell and who counts, in memory."""

from datetime import datetime

from issue_intelligence.core.model.evidence import CollectorName, EvidenceStatus
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.model.remediation import Outcome
from issue_intelligence.core.model.verdict import Conclusion
from issue_intelligence.core.report.thread_plan import MessageAction, plan_message
from issue_intelligence.ports.errors import OutsideError


class FakeNotifier:
    """Fails the next calls with what stands in `failures`, first in first out."""

    keeps_current = False

    def __init__(self) -> None:
        self.told: dict[str, IncidentNotice] = {}
        self.failures: list[OutsideError] = []

    @property
    def description(self) -> str:
        return "a fake channel"

    async def notify(
        self, notice: IncidentNotice, *, marker: str, unknown_since: datetime | None = None
    ) -> bool:
        if self.failures:
            raise self.failures.pop(0)
        self.told[marker] = notice
        return True


class FakeChannel:
    """Keeps one message an incident up to date, by the plan that Slack's goes by."""

    keeps_current = True

    def __init__(self) -> None:
        # What each message says now, by incident.
        self.messages: dict[str, IncidentNotice] = {}
        self.replies: list[IncidentNotice] = []

    @property
    def description(self) -> str:
        return "a channel with threads"

    async def notify(
        self,
        notice: IncidentNotice,
        *,
        marker: str,
        unknown_since: datetime | None = None,
    ) -> bool:
        plan = plan_message(self.messages.get(notice.incident_id), notice)
        if plan.action is MessageAction.NOTHING:
            return False
        self.messages[notice.incident_id] = notice
        if plan.action is MessageAction.REPLY:
            self.replies.append(notice)
        return True


class FakeMeter:
    def __init__(self) -> None:
        self.counted: list[str] = []

    def collected(self, collector: CollectorName, status: EvidenceStatus, seconds: float) -> None:
        self.counted.append(f"{collector.value} {status.value}")

    def decided(self, conclusion: Conclusion) -> None:
        self.counted.append(f"decided {conclusion.value}")

    def reported(self, action: str) -> None:
        self.counted.append(f"reported {action}")

    def dropped_by_tracker(self, what: str) -> None:
        self.counted.append(f"dropped {what}")

    def remediated(self, outcome: Outcome) -> None:
        self.counted.append(f"remediated {outcome.value}")

    def run_ended(self, seconds: float, *, failed_step: str = "") -> None:
        self.counted.append(f"ended {failed_step}")
