"""People open the files in an editor; what they do there counts."""

# A test may block its own loop.
# ruff: noqa: ASYNC240

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issue_intelligence.adapters.local_tracker.tracker import LocalTracker
from issue_intelligence.core.model.issue import CloseReason, IssueState, IssueText, TrackedIssue
from issue_intelligence.ports.errors import PermanentError

TEXT = IssueText(title="title", body="body", labels=())


async def _edited(tracker: LocalTracker, folder: Path, old: str, new: str) -> TrackedIssue:
    await tracker.create(TEXT, marker="a")
    path = folder / "0001-title.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="")
    issue = await tracker.get(1)
    assert issue is not None
    return issue


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("state: open", "state: closed", CloseReason.COMPLETED),
        ("state: open", "State:   CLOSED  ", CloseReason.COMPLETED),
        ("state: open", 'state: "closed"', CloseReason.COMPLETED),
        ("state: open", "state: 'closed'", CloseReason.COMPLETED),
        ("state: open", "state: closed\r", CloseReason.COMPLETED),
        ("state: open\n", "state: closed\nclosed_reason: not_planned\n", CloseReason.NOT_PLANNED),
        ("state: open\n", "state: closed\nclosed reason: Not planned\n", CloseReason.NOT_PLANNED),
        ("state: open\n", "state: closed\nclosed-reason: wontfix\n", CloseReason.NOT_PLANNED),
    ],
)
async def test_closing_by_hand_counts(
    tracker: LocalTracker, folder: Path, old: str, new: str, reason: CloseReason
) -> None:
    issue = await _edited(tracker, folder, old, new)
    assert (issue.state, issue.close_reason) == (IssueState.CLOSED, reason)


async def test_closing_by_hand_without_a_date_happened_at_the_last_change(
    tracker: LocalTracker, folder: Path
) -> None:
    await _edited(tracker, folder, "state: open", "state: closed")
    at = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    os.utime(folder / "0001-title.md", (at.timestamp(), at.timestamp()))
    issue = await tracker.get(1)
    assert issue is not None
    assert issue.closed_at == at


async def test_date_of_closing_may_be_written_by_hand(tracker: LocalTracker, folder: Path) -> None:
    issue = await _edited(tracker, folder, "state: open\n", "state: closed\nclosed: 2026-11-24 12:30\n")
    assert issue.closed_at == datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


async def test_what_people_added_stays(tracker: LocalTracker, folder: Path) -> None:
    await _edited(tracker, folder, "state: open\n", "state: open\n# mine\nsprint: 12\nlinks:\n  - a\n- b\n")
    path = folder / "0001-title.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nI am on it. --- Alice\n", encoding="utf-8")
    await tracker.comment(1, "news", marker="c")
    await tracker.close(1, CloseReason.COMPLETED)
    await tracker.reopen(1)
    text = path.read_text(encoding="utf-8")
    assert "# mine\nsprint: 12\nlinks:\n  - a\n- b\n" in text
    assert "I am on it. --- Alice\n" in text
    assert await tracker.has_comment(1, marker="c")


async def test_renamed_file_keeps_its_number(tracker: LocalTracker, folder: Path) -> None:
    await tracker.create(TEXT, marker="a")
    (folder / "0001-title.md").rename(folder / "1-checkout is broken.md")
    issue = await tracker.find_by_marker("a")
    assert issue is not None
    assert issue.number == 1
    assert issue.url.endswith("/1-checkout%20is%20broken.md")


async def test_byte_order_mark_is_no_obstacle(tracker: LocalTracker, folder: Path) -> None:
    issue = await _edited(tracker, folder, "---\nnumber", "\ufeff---\nnumber")
    assert issue.title == "title"


async def test_file_keeps_its_rights(tracker: LocalTracker, folder: Path) -> None:
    await tracker.create(TEXT, marker="a")
    path = folder / "0001-title.md"
    path.chmod(0o640)
    await tracker.comment(1, "news", marker="c")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no head at all\n", "line 1 is not ---"),
        (b"", "line 1 is not ---"),
        (b"---\nstate: open\n", "closing --- is missing"),
        (b"---\nstate: open\n{{{\n---\n", "line 3"),
        (b"---\nstate: half-done\n---\n", 'state is "half-done"'),
        (b"---\ntitle: t\n---\n", 'state is ""'),
        (b"---\nstate: open\ntitle: \xff\n---\n", "not UTF-8"),
    ],
)
async def test_unreadable_head_names_the_file(
    tracker: LocalTracker, folder: Path, content: bytes, message: str
) -> None:
    folder.mkdir(parents=True)
    (folder / "0001-x.md").write_bytes(content)
    with pytest.raises(PermanentError, match=r"0001-x\.md") as caught:
        await tracker.get(1)
    assert message in str(caught.value)
    with pytest.raises(PermanentError, match=r"0001-x\.md"):
        await tracker.close(1, CloseReason.COMPLETED)
    # One bad file does not keep new issues from being written.
    assert (await tracker.create(TEXT, marker="a")).number == 2


async def test_bad_head_does_not_hide_its_marker(tracker: LocalTracker, folder: Path) -> None:
    await tracker.create(TEXT, marker="a")
    path = folder / "0001-title.md"
    path.write_text(path.read_text(encoding="utf-8").replace("state: open", "state: ?"), encoding="utf-8")
    with pytest.raises(PermanentError, match="0001-title"):
        await tracker.create(TEXT, marker="a")


async def test_copied_file_is_refused_not_guessed(tracker: LocalTracker, folder: Path) -> None:
    await tracker.create(TEXT, marker="a")
    path = folder / "0001-title.md"
    (folder / "0001-title (copy).md").write_bytes(path.read_bytes())
    with pytest.raises(PermanentError, match=r"0001-title \(copy\)\.md, 0001-title\.md"):
        await tracker.get(1)
