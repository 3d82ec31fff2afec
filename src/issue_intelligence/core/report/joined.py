"""What is said of incidents that are part of others: by the one that leads, and where one had an issue."""

from collections.abc import Iterator, Sequence

from issue_intelligence.core.model.correlation import Correlation, Member
from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.issue import IssueState, TrackedIssue
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import inline, link, one_line
from issue_intelligence.core.report.plain_words import counted, sentence
from issue_intelligence.core.report.plan import CommentKind, IssueAction, IssuePlan

MAX_NAMED = 3
MAX_SERVICES = 10
MAX_LISTED = 20


def plan_of_member(
    plan: IssuePlan,
    incident: Incident,
    tracked: TrackedIssue | None,
    *,
    has_own_issue: bool,
    link_told: bool,
) -> IssuePlan:
    """Take back what a part of another incident would do by itself.

    `has_own_issue`: `tracked` is not the issue of the one that leads. Such an issue, made before the two
    were joined, hears once where it goes on (`link_told`), and ends as issues do.
    """
    join = incident.joined
    if join is None:
        return plan
    reason = f"It is part of incident {join.into}. {join.text}"
    has_issue = has_own_issue and tracked is not None and tracked.state is IssueState.OPEN
    if has_issue and incident.status is not IncidentStatus.OPEN:
        return plan
    if has_issue and not link_told:
        return IssuePlan(action=IssueAction.COMMENT, reason=reason, comment=CommentKind.JOINED)
    return IssuePlan(action=IssueAction.NOTHING, reason=reason)


def compose_joined_comment(report: IncidentReport, *, issue_number: int | None, issue_url: str) -> str:
    """Say in the issue of a part where the whole is told; None and "" when that has no issue yet."""
    join = report.incident.joined
    if join is None:
        return "It stands for itself again."
    page = link(f"issue #{issue_number}", issue_url) if issue_number is not None else ""
    if issue_number is not None and not page:
        page = (
            f"issue #{issue_number} (`{one_line(issue_url, 200)}`)" if issue_url else f"issue #{issue_number}"
        )
    where = page or f"incident {join.into}"
    return (
        f"**Part of another incident.** This goes on in {where}. {sentence(join.text, 500)}\n\n"
        "Nothing more is said here until it is over. If the two are different matters, split them, and both "
        "are told again."
    )


def what_joined(before: Correlation | None, now: Correlation, members: Sequence[Member]) -> Iterator[str]:
    """Tell what became part of the incident since the last look, or that it stands for itself again.

    `before` is None at the first look, whose issue names all of them.
    """
    if before is None:
        return
    if before.joined is not None and now.joined is None:
        yield now.released or "It was split off from another incident and stands for itself."
    new = set(now.members) - set(before.members)
    joined = [each for each in members if each.id in new]
    for each in joined[:MAX_NAMED]:
        name = f"{one_line(each.alert_name, 100)} of {one_line(each.service, 100)}"
        yield f"{name} is part of this. {one_line(each.join.text, 300)}"
    if len(joined) > MAX_NAMED:
        services = services_of(joined[MAX_NAMED:])
        more = counted(len(joined) - MAX_NAMED, "further incident")
        yield f"{more} became part of this, of {one_line(services, 300)}."


def services_of(members: Sequence[Member]) -> str:
    names = list(dict.fromkeys(each.service for each in members))
    more = len(names) - MAX_SERVICES
    return ", ".join(names[:MAX_SERVICES]) + (f" and {more} more" if more > 0 else "")


def affected_services(report: IncidentReport) -> tuple[str, ...]:
    """Give a line about the other services for the issue; empty when it is about one alone."""
    others = [each for each in report.members if each.service != report.incident.service]
    if not others:
        return ()
    own = inline(report.incident.service, 100)
    return (f"**Affected Services**: {own}, {inline(services_of(others), 1_000)}",)


def parts(report: IncidentReport) -> str:
    """List what is part of the incident, each with the reason; "" for nothing."""
    if not report.members:
        return ""
    lines = [
        f"- {inline(each.alert_name, 100)} of {inline(each.service, 100)}: {sentence(each.join.text, 300)}"
        for each in report.members[:MAX_LISTED]
    ]
    more = len(report.members) - MAX_LISTED
    if more > 0:
        lines.append(f"- and {counted(more, 'further incident')}")
    return "\n".join(("These are part of it:", *lines))
