"""What every tracker promises. A test class of a tracker inherits these and gives the fixture `tracker`."""

import asyncio
from datetime import timedelta

import pytest

from issue_intelligence.core.model.issue import CloseReason, IssueState, IssueText
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.tracker import Tracker
from tests.fakes.stopped_clock import StoppedClock

TEXT = IssueText(
    title="[Bug] checkout: TypeError: x is undefined", body="### Impact\n- none", labels=("bug",)
)
# Markers of every shape that a caller may think of.
MARKERS = ("incident=3b24 rev=1", "a--b-->c", "größer/äöü", "x" * 200, "two\nlines")


class TrackerContract:
    async def test_created_issue_is_found_by_number_and_by_marker(self, tracker: Tracker) -> None:
        created = await tracker.create(TEXT, marker="incident=1")
        assert created.state is IssueState.OPEN
        assert created.close_reason is None
        assert created.title == TEXT.title
        assert created.url
        assert await tracker.get(created.number) == created
        assert await tracker.find_by_marker("incident=1") == created

    async def test_unknown_issue_is_none(self, tracker: Tracker) -> None:
        assert await tracker.get(1) is None
        assert await tracker.find_by_marker("incident=1") is None
        assert not await tracker.has_comment(1, marker="comment=1")

    async def test_issue_carries_the_marker_it_was_created_with_and_no_other(self, tracker: Tracker) -> None:
        issue = await tracker.create(TEXT, marker="incident=1")
        await tracker.create(TEXT, marker="incident=2")
        await tracker.comment(issue.number, "news", marker="incident=3")
        assert await tracker.carries(issue.number, marker="incident=1")
        assert not await tracker.carries(issue.number, marker="incident=2")
        assert not await tracker.carries(issue.number, marker="incident=3")
        assert not await tracker.carries(99, marker="incident=1")

    async def test_same_marker_creates_one_issue(self, tracker: Tracker) -> None:
        first = await tracker.create(TEXT, marker="incident=1")
        again = await tracker.create(TEXT, marker="incident=1")
        other = await tracker.create(TEXT, marker="incident=2")
        assert again.number == first.number
        assert other.number != first.number

    async def test_marker_must_match_as_a_whole(self, tracker: Tracker) -> None:
        await tracker.create(TEXT, marker="incident=12")
        assert await tracker.find_by_marker("incident=1") is None
        assert await tracker.find_by_marker("incident=123") is None

    @pytest.mark.parametrize("marker", MARKERS)
    async def test_any_marker_is_found_again(self, tracker: Tracker, marker: str) -> None:
        issue = await tracker.create(TEXT, marker=marker)
        await tracker.comment(issue.number, "news", marker=marker)
        assert await tracker.find_by_marker(marker) == await tracker.get(issue.number)
        assert await tracker.has_comment(issue.number, marker=marker)

    async def test_marker_in_the_text_is_not_the_issues_marker(self, tracker: Tracker) -> None:
        text = IssueText(title="incident=2", body="incident=2\n\n<!-- incident=2 -->", labels=())
        issue = await tracker.create(text, marker="incident=1")
        await tracker.comment(issue.number, "comment=2", marker="comment=1")
        assert await tracker.find_by_marker("incident=2") is None
        assert not await tracker.has_comment(issue.number, marker="comment=2")

    async def test_comment_is_written_once_a_marker(self, tracker: Tracker) -> None:
        issue = await tracker.create(TEXT, marker="incident=1")
        assert not await tracker.has_comment(issue.number, marker="comment=1")
        await tracker.comment(issue.number, "first", marker="comment=1")
        await tracker.comment(issue.number, "first", marker="comment=1")
        assert await tracker.has_comment(issue.number, marker="comment=1")
        assert not await tracker.has_comment(issue.number, marker="comment=2")

    async def test_closed_issue_says_why_and_when(self, tracker: Tracker, clock: StoppedClock) -> None:
        issue = await tracker.create(TEXT, marker="incident=1")
        clock.advance(timedelta(hours=1))
        await tracker.close(issue.number, CloseReason.NOT_PLANNED)
        closed = await tracker.get(issue.number)
        assert closed is not None
        assert (closed.state, closed.close_reason) == (IssueState.CLOSED, CloseReason.NOT_PLANNED)
        assert closed.closed_at == clock.now()

    async def test_closing_a_closed_issue_changes_nothing(
        self, tracker: Tracker, clock: StoppedClock
    ) -> None:
        issue = await tracker.create(TEXT, marker="incident=1")
        await tracker.close(issue.number, CloseReason.NOT_PLANNED)
        before = await tracker.get(issue.number)
        clock.advance(timedelta(hours=1))
        await tracker.close(issue.number, CloseReason.COMPLETED)
        assert await tracker.get(issue.number) == before

    async def test_reopened_issue_is_open_and_keeps_its_comments(self, tracker: Tracker) -> None:
        issue = await tracker.create(TEXT, marker="incident=1")
        await tracker.comment(issue.number, "first", marker="comment=1")
        await tracker.close(issue.number, CloseReason.COMPLETED)
        await tracker.reopen(issue.number)
        await tracker.reopen(issue.number)
        assert await tracker.get(issue.number) == issue
        assert await tracker.has_comment(issue.number, marker="comment=1")

    async def test_writing_to_a_missing_issue_is_permanent(self, tracker: Tracker) -> None:
        with pytest.raises(PermanentError, match="7"):
            await tracker.comment(7, "text", marker="comment=1")
        with pytest.raises(PermanentError, match="7"):
            await tracker.close(7, CloseReason.COMPLETED)
        with pytest.raises(PermanentError, match="7"):
            await tracker.reopen(7)

    async def test_many_at_once_get_numbers_of_their_own(self, tracker: Tracker) -> None:
        created = await asyncio.gather(
            *(tracker.create(TEXT, marker=f"incident={n % 10}") for n in range(20))
        )
        assert len({issue.number for issue in created}) == 10
