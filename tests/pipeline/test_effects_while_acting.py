"""A process that others may have given up does nothing outside, and may still look."""

from collections.abc import Awaitable, Callable

import pytest

from issue_intelligence.core.model.issue import CloseReason, IssueState, IssueText
from issue_intelligence.core.model.notice import IncidentNotice
from issue_intelligence.core.model.verdict import Conclusion, Severity
from issue_intelligence.pipeline.effects_while_acting import NotifierWhileActing, TrackerWhileActing
from issue_intelligence.ports.errors import StorageError
from tests.fakes.people import FakeNotifier
from tests.fakes.stopped_clock import StoppedClock
from tests.fakes.tracker import FakeTracker

TEXT = IssueText(title="It fails", body="It fails.", labels=())
NOTICE = IncidentNotice(
    incident_id="a" * 32,
    service="shop",
    alert_name="Errors",
    conclusion=Conclusion.REAL,
    confidence=90,
    severity=Severity.HIGH,
    headline="It fails",
    result="issue created",
)


class Switch:
    def __init__(self) -> None:
        self.is_on = True

    def check(self) -> None:
        if not self.is_on:
            raise StorageError("not sure any more")


CHANGES: dict[str, Callable[[TrackerWhileActing], Awaitable[object]]] = {
    "create": lambda tracker: tracker.create(TEXT, marker="other"),
    "comment": lambda tracker: tracker.comment(1, "again", marker="again"),
    "close": lambda tracker: tracker.close(1, CloseReason.COMPLETED),
    "reopen": lambda tracker: tracker.reopen(1),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_tracker_is_changed_only_by_who_may_act(change: str) -> None:
    inner, switch = FakeTracker(clock=StoppedClock()), Switch()
    tracker = TrackerWhileActing(tracker=inner, may_act=switch)
    await tracker.create(TEXT, marker="first")
    if change == "reopen":
        await tracker.close(1, CloseReason.COMPLETED)
    before = repr(inner.issues)

    switch.is_on = False
    with pytest.raises(StorageError):
        await CHANGES[change](tracker)
    assert repr(inner.issues) == before
    assert await tracker.find_by_marker("first") == await tracker.get(1)
    assert not await tracker.has_comment(1, marker="again")

    switch.is_on = True
    await CHANGES[change](tracker)
    assert repr(inner.issues) != before
    assert inner.issues[1].tracked.state is (IssueState.CLOSED if change == "close" else IssueState.OPEN)


async def test_people_are_told_only_by_who_may_act() -> None:
    inner, switch = FakeNotifier(), Switch()
    notifier = NotifierWhileActing(notifier=inner, may_act=switch)
    switch.is_on = False
    with pytest.raises(StorageError):
        await notifier.notify(NOTICE, marker="first")
    assert inner.told == {}
    switch.is_on = True
    await notifier.notify(NOTICE, marker="first")
    assert inner.told == {"first": NOTICE}
