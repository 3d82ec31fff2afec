"""Repositories are renamed and issues transferred; the token goes to no other host."""

import pytest

from issue_intelligence.adapters.github.tracker import GitHubTracker
from issue_intelligence.core.model.issue import CloseReason, IssueText
from issue_intelligence.ports.errors import PermanentError
from tests.fakes.github import FakeGitHub, Fault

TEXT = IssueText(title="[Bug] checkout", body="### Impact", labels=("bug",))


async def test_renamed_repository_is_followed(github: FakeGitHub, tracker: GitHubTracker) -> None:
    github.renamed_to = "acme/store"
    issue = await tracker.create(TEXT, marker="m")
    await tracker.comment(issue.number, "news", marker="c")
    await tracker.close(issue.number, CloseReason.COMPLETED)
    assert await tracker.has_comment(issue.number, marker="c")
    assert await tracker.find_by_marker("m") is not None
    assert [issue.body.splitlines()[0] for issue in github.issues] == ["### Impact"]


async def test_transferred_issue_keeps_its_number_with_us(github: FakeGitHub, tracker: GitHubTracker) -> None:
    first = await tracker.create(TEXT, marker="m")
    second = await tracker.create(TEXT, marker="n")
    # Stands for the address in another repository.
    github.repository.issues[1].moved_to = f"{github.url}/repos/acme/shop/issues/2"
    moved = await tracker.get(first.number)
    assert moved is not None
    assert (moved.number, moved.url) == (first.number, second.url)


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/repos/acme/shop/issues/1", "//elsewhere.example/issues"]
)
async def test_other_hosts_do_not_get_the_token(
    github: FakeGitHub, tracker: GitHubTracker, target: str
) -> None:
    github.faults.append(Fault(status=301, headers={"location": target}))
    with pytest.raises(PermanentError, match="another host"):
        await tracker.get(1)


async def test_next_page_on_another_host_is_not_asked(github: FakeGitHub, tracker: GitHubTracker) -> None:
    for number in range(101):
        github.repository.create({"title": str(number)})
    github.url = "http://elsewhere.example"
    with pytest.raises(PermanentError, match="another host"):
        await tracker.find_by_marker("m")


async def test_endless_redirect_ends(github: FakeGitHub, tracker: GitHubTracker) -> None:
    github.faults += [Fault(status=307, headers={"location": f"{github.url}/repos/a/b"})] * 9
    with pytest.raises(PermanentError, match="for ever"):
        await tracker.get(1)
