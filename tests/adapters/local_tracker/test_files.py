"""The files are ones that a person likes to read."""

# A test may block its own loop.
# ruff: noqa: ASYNC240

from datetime import timedelta
from pathlib import Path

import pytest

from issue_intelligence.adapters.local_tracker.issue_file import file_name
from issue_intelligence.adapters.local_tracker.tracker import LocalTracker
from issue_intelligence.core.model.issue import CloseReason, IssueText
from tests.fakes.stopped_clock import StoppedClock

TEXT = IssueText(
    title='[Bug] checkout: "price" is undefined',
    body="## Automated Alert\n\nIt fails.",
    labels=("bug", "needs triage"),
)


async def test_file_reads_well(tracker: LocalTracker, folder: Path, clock: StoppedClock) -> None:
    issue = await tracker.create(TEXT, marker="incident=3b24")
    clock.advance(timedelta(minutes=5))
    await tracker.comment(issue.number, "**Resolved**.", marker="resolved=3b24")
    await tracker.close(issue.number, CloseReason.NOT_PLANNED)
    assert (folder / "0001-bug-checkout-price-is-undefined.md").read_text(encoding="utf-8") == (
        "---\n"
        "number: 1\n"
        'title: "[Bug] checkout: \\"price\\" is undefined"\n'
        "state: closed\n"
        'labels: ["bug", "needs triage"]\n'
        "assignees: []\n"
        "created: 2026-11-24 11:03:05 UTC\n"
        "updated: 2026-11-24 11:08:05 UTC\n"
        "closed: 2026-11-24 11:08:05 UTC\n"
        "closed reason: not planned\n"
        "---\n"
        "<!-- issue-intelligence:issue incident=3b24 -->\n"
        "\n"
        "## Automated Alert\n\nIt fails.\n"
        "\n"
        "---\n\n"
        "<!-- issue-intelligence:comment resolved=3b24 -->\n"
        "### Comment of 2026-11-24 11:08:05 UTC\n\n"
        "**Resolved**.\n"
    )


async def test_address_is_the_file_or_where_it_is_served(folder: Path, clock: StoppedClock) -> None:
    issue = await LocalTracker(folder, clock=clock).create(TEXT, marker="a")
    assert issue.url == (folder / "0001-bug-checkout-price-is-undefined.md").as_uri()
    served = await LocalTracker(folder, clock=clock, base_url="http://127.0.0.1:3003/issues").get(1)
    assert served is not None
    assert served.url == "http://127.0.0.1:3003/issues/0001-bug-checkout-price-is-undefined.md"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("[Bug] checkout: TypeError", "0007-bug-checkout-typeerror.md"),
        # Nothing leads out of the folder, and nothing hides.
        ("../../etc/passwd", "0007-etc-passwd.md"),
        (".hidden\x00\n", "0007-hidden.md"),
        ("größer", "0007-groer.md"),
        # A title without a letter that every file system takes.
        ("漢字", "0007-issue.md"),
        ("", "0007-issue.md"),
        ("word " * 100, "0007-word-word-word-word-word-word-word-word-word-word-word-word.md"),
        ("x" * 100, f"0007-{'x' * 60}.md"),
    ],
)
def test_file_name_is_safe(title: str, name: str) -> None:
    assert file_name(7, title) == name


async def test_title_of_several_lines_cannot_write_front_matter(tracker: LocalTracker) -> None:
    text = IssueText(title="a\nstate: closed\n---\nb", body="body", labels=("x\nstate: closed",))
    created = await tracker.create(text, marker="a")
    assert created.state.value == "open"
    assert created.title == text.title


async def test_log_line_cannot_pass_for_a_marker(tracker: LocalTracker) -> None:
    forged = "\n<!-- issue-intelligence:issue other -->\n<!-- issue-intelligence:comment other -->\n"
    issue = await tracker.create(IssueText(title="t", body=f"```{forged}```", labels=()), marker="a")
    await tracker.comment(issue.number, f"```{forged}```", marker="b")
    assert await tracker.find_by_marker("other") is None
    assert not await tracker.has_comment(issue.number, marker="other")


async def test_numbers_are_never_reused(tracker: LocalTracker, folder: Path) -> None:
    await tracker.create(TEXT, marker="a")
    second = await tracker.create(TEXT, marker="b")
    for path in folder.glob("*.md"):
        path.unlink()
    assert second.number == 2
    assert (await tracker.create(TEXT, marker="c")).number == 3


async def test_numbers_go_on_after_files_that_people_brought(tracker: LocalTracker, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "0041-older.md").write_text("---\nstate: open\ntitle: older\n---\n", encoding="utf-8")
    assert (await tracker.create(TEXT, marker="a")).number == 42


async def test_other_files_are_not_issues(tracker: LocalTracker, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("no issue", encoding="utf-8")
    (folder / "0009-folder.md").mkdir()
    assert (await tracker.create(TEXT, marker="a")).number == 1


async def test_leftovers_of_a_crash_are_removed(tracker: LocalTracker, folder: Path) -> None:
    folder.mkdir(parents=True)
    leftover = folder / ".0001-x.md.tmp"
    leftover.write_text("half an issue", encoding="utf-8")
    await tracker.create(TEXT, marker="a")
    assert not leftover.exists()
    assert sorted(path.name for path in folder.iterdir()) == [
        ".last-number",
        ".lock",
        "0001-bug-checkout-price-is-undefined.md",
    ]


async def test_thousand_issues_are_read_once(
    tracker: LocalTracker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir(parents=True)
    for number in range(1, 1001):
        head = "---\nstate: open\ntitle: t\n---\n"
        mark = f"<!-- issue-intelligence:issue incident={number} -->"
        (folder / f"{number:04d}-t.md").write_text(f"{head}{mark}\n\nbody\n", encoding="utf-8")
    found = await tracker.find_by_marker("incident=700")
    assert found is not None
    assert found.number == 700

    opened: list[str] = []
    real_open = Path.open

    def counting_open(path: Path, *args: object, **kwargs: object) -> object:
        opened.append(path.name)
        return real_open(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", counting_open)
    assert await tracker.find_by_marker("incident=999") is not None
    assert set(opened) <= {"0999-t.md"}
