"""What is said of incidents that are part of others, and when nothing is."""

from dataclasses import replace
from typing import Any

import pytest

from issue_intelligence.core.model.correlation import Correlation, Member
from issue_intelligence.core.model.incident import IncidentStatus, Join, JoinReason
from issue_intelligence.core.model.issue import IssueState, TrackedIssue
from issue_intelligence.core.model.verdict import Severity
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.issue_text import compose_issue
from issue_intelligence.core.report.joined import compose_joined_comment, plan_of_member, what_joined
from issue_intelligence.core.report.plan import CommentKind, IssueAction, IssuePlan
from tests.core.report import example

JOIN = Join(into="the-whole", reason=JoinReason.SAME_CAUSE, text="a is like b.", at=example.NOW)
CREATE = IssuePlan(action=IssueAction.CREATE, reason="It deserves one.")
RESOLVED = IssuePlan(action=IssueAction.COMMENT, reason="It resolved.", comment=CommentKind.RESOLVED)
OPEN_ISSUE = TrackedIssue(
    number=7, url="https://x.example/7", state=IssueState.OPEN, close_reason=None, closed_at=None, title="t"
)
CLOSED_ISSUE = replace(OPEN_ISSUE, state=IssueState.CLOSED)
OPEN, OVER = IncidentStatus.OPEN, IncidentStatus.RESOLVED


def member(number: int, service: str = "mail") -> Member:
    return Member(
        id=f"m{number}", service=service, alert_name=f"Rule{number}", severity=Severity.HIGH, join=JOIN
    )


@pytest.mark.parametrize(
    ("plan", "status", "tracked", "own_and_told", "expected"),
    [
        # The one that leads makes the issue.
        (CREATE, OPEN, None, (True, False), (IssueAction.NOTHING, None)),
        # Its issue is that of the one that leads, which says all.
        (RESOLVED, OVER, OPEN_ISSUE, (False, False), (IssueAction.NOTHING, None)),
        # An issue of its own hears once where it goes on.
        (CREATE, OPEN, OPEN_ISSUE, (True, False), (IssueAction.COMMENT, CommentKind.JOINED)),
        (CREATE, OPEN, OPEN_ISSUE, (True, True), (IssueAction.NOTHING, None)),
        # It ends as issues do.
        (RESOLVED, OVER, OPEN_ISSUE, (True, True), (IssueAction.COMMENT, CommentKind.RESOLVED)),
        # What a person closed stays closed.
        (CREATE, OPEN, CLOSED_ISSUE, (True, False), (IssueAction.NOTHING, None)),
    ],
)
def test_part_makes_nothing_of_its_own(
    plan: IssuePlan, status: IncidentStatus, tracked: Any, own_and_told: tuple[bool, bool], expected: Any
) -> None:
    own, told = own_and_told
    incident = replace(example.report().incident, joined=JOIN, status=status)
    found = plan_of_member(plan, incident, tracked, has_own_issue=own, link_told=told)
    assert (found.action, found.comment) == expected
    if found.action is IssueAction.NOTHING:
        assert found.reason == "It is part of incident the-whole. a is like b."


def test_who_stands_for_itself_does_as_planned() -> None:
    incident = example.report().incident
    assert plan_of_member(CREATE, incident, None, has_own_issue=True, link_told=False) is CREATE


def test_news_names_three_and_counts_the_rest() -> None:
    members = [member(number, f"s{number}") for number in range(6)]
    now = Correlation(members=tuple(each.id for each in members))
    news = list(what_joined(Correlation(members=("m0",)), now, members))
    assert news == [
        "Rule1 of s1 is part of this. a is like b.",
        "Rule2 of s2 is part of this. a is like b.",
        "Rule3 of s3 is part of this. a is like b.",
        "2 further incidents became part of this, of s4, s5.",
    ]
    assert list(what_joined(now, now, members)) == []
    # The first look's issue lists them.
    assert list(what_joined(None, now, members)) == []


@pytest.mark.parametrize(
    ("released", "said"),
    [("The whole is over.", "The whole is over."), ("", "It was split off from another incident")],
)
def test_part_that_stands_for_itself_again_is_news(released: str, said: str) -> None:
    [news] = what_joined(Correlation(joined=JOIN), Correlation(released=released), ())
    assert news.startswith(said)


def with_members(*members: Member) -> IncidentReport:
    return replace(example.report(), members=members)


def test_issue_lists_parts_and_services_each_with_its_reason() -> None:
    body = compose_issue(with_members(member(1), member(2, "stock")), now=example.NOW).body
    assert "These are part of it:\n- Rule1 of mail: a is like b.\n- Rule2 of stock: a is like b." in body
    assert "**Affected Services**: " in body
    assert "mail, stock" in body


def test_issue_about_one_alone_says_nothing_of_parts() -> None:
    body = compose_issue(example.report(), now=example.NOW).body
    assert "part of it" not in body
    assert "Affected Services" not in body


def test_issue_of_a_part_says_where_it_goes_on() -> None:
    report = example.report()
    report = replace(report, incident=replace(report.incident, joined=JOIN))
    with_link = compose_joined_comment(report, issue_number=9, issue_url="https://x.example/9")
    assert "[issue #9](https://x.example/9)" in with_link
    assert "a is like b." in with_link
    # An issue that is a file has no address to follow.
    assert "issue #9 (`issues/9.md`)" in compose_joined_comment(
        report, issue_number=9, issue_url="issues/9.md"
    )
    assert "incident the-whole" in compose_joined_comment(report, issue_number=None, issue_url="")
