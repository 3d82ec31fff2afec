"""What GitHub gets: labels with colours, people who can be assigned, text that fits."""

import pytest

from issue_intelligence.adapters.github.body import MAX_BODY_CHARS, cut_at_section, marked
from issue_intelligence.adapters.github.labels import colour_of, label_names
from issue_intelligence.adapters.github.tracker import GitHubTracker
from issue_intelligence.core.model.issue import CloseReason, IssueState, IssueText
from tests.adapters.github.connected import connected
from tests.fakes.github import FakeGitHub, Fault
from tests.fakes.stopped_clock import StoppedClock

TEXT = IssueText(
    title="[Bug] checkout",
    body="### Impact",
    labels=("automated-alert", "severity:high", "type:bug"),
    assignees=("ada", "grace"),
)


async def test_labels_are_made_once_with_their_colours(github: FakeGitHub, tracker: GitHubTracker) -> None:
    github.repository.labels["Automated-Alert"] = "000000"
    await tracker.create(TEXT, marker="1")
    await tracker.create(TEXT, marker="2")
    assert github.repository.labels == {
        "Automated-Alert": "000000",
        "issue-intelligence": "5319e7",
        "severity:high": "d93f0b",
        "type:bug": "1d76db",
    }
    assert github.counted("POST", "/labels") == 3
    assert github.issues[1].labels == ["issue-intelligence", "Automated-Alert", "severity:high", "type:bug"]


async def test_label_that_another_process_makes_meanwhile_is_fine(
    github: FakeGitHub, tracker: GitHubTracker
) -> None:
    github.repository.labels["severity:high"] = "d93f0b"
    # It was not there when we looked.
    github.faults.append(Fault(status=404, message="Not Found", path_end="severity%3Ahigh"))
    await tracker.create(TEXT, marker="1")
    assert "severity:high" in github.issues[0].labels


def test_names_of_labels_fit() -> None:
    names = label_names(("Bug", "bug", " ", "c" * 80, "Issue-Intelligence"))
    assert names == ("Issue-Intelligence", "bug", "c" * 50)
    assert all(len(colour_of(name)) == 6 for name in names)


async def test_only_people_who_can_be_assigned_are(github: FakeGitHub, tracker: GitHubTracker) -> None:
    github.repository.assignable = {"Ada"}
    await tracker.create(TEXT, marker="1")
    await tracker.create(TEXT, marker="2")
    assert [issue.assignees for issue in github.issues] == [["ada"], ["ada"]]
    assert "*GitHub does not let this issue be assigned to `grace`.*" in github.issues[0].body
    assert github.counted("GET", "/assignees/grace") == 1


async def test_refused_assignee_does_not_cost_the_issue(github: FakeGitHub, tracker: GitHubTracker) -> None:
    github.repository.assignable = {"ada", "grace"}
    github.faults.append(Fault(status=422, message="Validation Failed", method="POST", path_end="/issues"))
    await tracker.create(TEXT, marker="1")
    assert [issue.assignees for issue in github.issues] == [[]]
    assert "`ada`, `grace`" in github.issues[0].body


async def test_what_github_drops_is_noticed(github: FakeGitHub, clock: StoppedClock) -> None:
    github.repository.can_push = False
    github.repository.assignable = {"ada", "grace"}
    dropped: list[str] = []
    async with connected(github, clock=clock, on_dropped=dropped.append) as tracker:
        await tracker.create(TEXT, marker="1")
    assert dropped == ["labels", "assignees"]
    assert github.issues[0].labels == []


@pytest.mark.parametrize("reason", list(CloseReason))
async def test_state_and_reason_are_githubs(
    github: FakeGitHub, tracker: GitHubTracker, reason: CloseReason
) -> None:
    await tracker.create(TEXT, marker="1")
    await tracker.close(1, reason)
    assert (github.issues[0].state, github.issues[0].state_reason) == ("closed", reason.value)
    await tracker.reopen(1)
    assert (github.issues[0].state, github.issues[0].state_reason) == ("open", "reopened")


async def test_closed_by_a_person(github: FakeGitHub, tracker: GitHubTracker) -> None:
    await tracker.create(TEXT, marker="1")
    for given, meant in ((None, "completed"), ("duplicate", "not_planned")):
        github.repository.change(1, {"state": "closed"})
        github.repository.issues[1].state_reason = given
        closed = await tracker.get(1)
        assert closed is not None
        assert (closed.state, closed.close_reason) == (IssueState.CLOSED, CloseReason(meant))


async def test_endless_text_is_cut(github: FakeGitHub, tracker: GitHubTracker) -> None:
    text = IssueText(title="t" * 300, body="### One\n" + "word " * 20_000, labels=())
    await tracker.create(text, marker="1")
    await tracker.comment(1, "y" * 100_000, marker="c")
    assert len(github.issues[0].title) == 256
    assert len(github.issues[0].body) < 65_536
    assert await tracker.find_by_marker("1") is not None
    assert await tracker.has_comment(1, marker="c")


def test_cut_keeps_whole_sections() -> None:
    sections = [f"### Section {number}\n\n" + "text " * 300 for number in range(10)]
    cut = cut_at_section("\n\n".join(sections), 10_000)
    assert len(cut) <= 10_000
    assert cut.count("### Section") == 6
    assert cut.splitlines()[-3].startswith("text text")
    assert cut.endswith("was left out.*")


def test_cut_closes_the_code_block() -> None:
    text = "### Log\n\n````json\n" + "# no heading\n```\n" * 1_000
    cut = cut_at_section(text, 5_000)
    assert len(cut) <= 5_000
    fences = [line for line in cut.splitlines() if line == "````" or line.startswith("````json")]
    assert fences == ["````json", "````"]


def test_text_that_fits_is_left_alone() -> None:
    text = "x" * MAX_BODY_CHARS
    assert cut_at_section(text, MAX_BODY_CHARS) == text
    assert marked(f" {text} ", "<!-- mark -->") == f"{text}\n\n<!-- mark -->"
