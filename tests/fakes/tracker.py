"""A tracker in memory that keeps the promises of the port, and its own record of what was written."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from issue_intelligence.core.model.issue import CloseReason, IssueState, IssueText, TrackedIssue
from issue_intelligence.ports.clock import Clock
from issue_intelligence.ports.errors import OutsideError, PermanentError


@dataclass
class FakeIssue:
    tracked: TrackedIssue
    text: IssueText
    marker: str
    # Bodies by marker, in the order of writing.
    comments: dict[str, str] = field(default_factory=dict)


class FakeTracker:
    """Fails the next calls with what stands in `failures`, first in first out."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self.issues: dict[int, FakeIssue] = {}
        self.failures: list[OutsideError] = []
        self.place = "fake"

    @property
    def description(self) -> str:
        return "a fake tracker"

    async def get(self, number: int) -> TrackedIssue | None:
        self._fail_if_told()
        return self.issues[number].tracked if number in self.issues else None

    async def carries(self, number: int, *, marker: str) -> bool:
        self._fail_if_told()
        return number in self.issues and self.issues[number].marker == marker

    async def find_by_marker(self, marker: str, *, since: datetime | None = None) -> TrackedIssue | None:
        self._fail_if_told()
        return next((issue.tracked for issue in self.issues.values() if issue.marker == marker), None)

    async def create(self, text: IssueText, *, marker: str) -> TrackedIssue:
        existing = await self.find_by_marker(marker)
        if existing:
            return existing
        number = len(self.issues) + 1
        tracked = TrackedIssue(
            number=number,
            url=f"fake://issues/{number}",
            state=IssueState.OPEN,
            close_reason=None,
            closed_at=None,
            title=text.title,
        )
        self.issues[number] = FakeIssue(tracked=tracked, text=text, marker=marker)
        return tracked

    async def has_comment(self, number: int, *, marker: str, since: datetime | None = None) -> bool:
        self._fail_if_told()
        return number in self.issues and marker in self.issues[number].comments

    async def comment(self, number: int, body: str, *, marker: str) -> None:
        self._issue(number).comments.setdefault(marker, body)

    async def reopen(self, number: int) -> None:
        issue = self._issue(number)
        issue.tracked = replace(issue.tracked, state=IssueState.OPEN, close_reason=None, closed_at=None)

    async def close(self, number: int, reason: CloseReason) -> None:
        issue = self._issue(number)
        if issue.tracked.state is IssueState.OPEN:
            issue.tracked = replace(
                issue.tracked, state=IssueState.CLOSED, close_reason=reason, closed_at=self._clock.now()
            )

    def _issue(self, number: int) -> FakeIssue:
        self._fail_if_told()
        if number not in self.issues:
            raise PermanentError(f"there is no issue {number}")
        return self.issues[number]

    def _fail_if_told(self) -> None:
        if self.failures:
            raise self.failures.pop(0)
