"""What should become of the issue: computed from what the tracker says, then made so by others."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from issue_intelligence.core.model.incident import Incident, IncidentStatus
from issue_intelligence.core.model.issue import CloseReason, IssueState, TrackedIssue
from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.model.verdict import Conclusion, ExcuseKind, Verdict
from issue_intelligence.core.report.plain_words import span


class IssueAction(StrEnum):
    CREATE = "create"
    COMMENT = "comment"
    REOPEN = "reopen"
    CLOSE = "close"
    NOTHING = "nothing"


class CommentKind(StrEnum):
    """Which comment of core/report/comments.py goes with the action."""

    RECURRENCE = "recurrence"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    FLAPPING = "flapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePlan:
    action: IssueAction
    # One sentence for people.
    reason: str
    # None when nothing is said.
    comment: CommentKind | None = None


_WORTH_AN_ISSUE = (Conclusion.REAL, Conclusion.POSSIBLE, Conclusion.MONITORING)

_NO_ISSUE = {
    Conclusion.NOT_REAL: "it is not a problem of the service",
    Conclusion.SUPPRESSED: "it is expected for now and will be looked at again",
    Conclusion.UNCONFIRMED: "nothing confirms it yet",
}


def plan_issue(
    *,
    verdict: Verdict,
    tracked: TrackedIssue | None,
    incident: Incident,
    remediation: RemediationResult | None,
    has_news: bool,
    resolution_told: bool,
    now: datetime,
    auto_close_after: timedelta | None,
    had_issue: bool = False,
) -> IssuePlan:
    """Decide what to do with the issue of an incident.

    `tracked` is what the tracker says now, None when it has no issue for this cause.
    `had_issue`: one was created since the incident began, whether or not it is there now.
    `resolution_told` means that the issue already carries the comment about this resolution.
    `auto_close_after` None leaves closing to people.
    """
    resolved = incident.status is not IncidentStatus.OPEN
    if resolved and tracked and tracked.state is IssueState.OPEN:
        # That a short failure came again and went is no news: the issue says that it recurs.
        short = verdict.validation.excuse is ExcuseKind.SELF_RESOLVED and not verdict.validation.is_real_issue
        return _plan_resolved(
            incident, resolution_told=resolution_told or short, now=now, auto_close_after=auto_close_after
        )
    refusal = _why_no_issue(verdict, tracked, remediation)
    if refusal:
        return _nothing(refusal)
    if tracked is None and resolved and had_issue:
        return _nothing("It resolved, and the issue it had was deleted or is kept elsewhere.")
    if tracked is None:
        late = ", although it resolved before we looked" if resolved else ""
        return IssuePlan(action=IssueAction.CREATE, reason=f"It deserves an issue and has none{late}.")
    if tracked.state is IssueState.OPEN:
        return _plan_open(tracked, has_news=has_news)
    return _plan_closed(tracked, incident, has_news=has_news)


def _nothing(reason: str) -> IssuePlan:
    return IssuePlan(action=IssueAction.NOTHING, reason=reason)


def _why_no_issue(
    verdict: Verdict, tracked: TrackedIssue | None, remediation: RemediationResult | None
) -> str | None:
    validation = verdict.validation
    if validation.conclusion not in _WORTH_AN_ISSUE:
        return f"No issue: {_NO_ISSUE[validation.conclusion]}."
    if remediation and remediation.success:
        return "No issue: our own remediation helped."
    if remediation and remediation.attempted and not remediation.should_create_issue:
        return f"No issue after the remediation: {remediation.reason}"
    after_remediation = remediation is not None and remediation.should_create_issue
    wanted = (
        validation.should_create_issue or validation.should_update_existing is not None or after_remediation
    )
    if tracked is None and not wanted:
        return f"No issue: the verdict asks for none ({validation.reason})."
    return None


def _plan_resolved(
    incident: Incident, *, resolution_told: bool, now: datetime, auto_close_after: timedelta | None
) -> IssuePlan:
    since = incident.resolved_at
    if since is not None and auto_close_after is not None and now - since >= auto_close_after:
        quiet = span((now - since).total_seconds())
        return IssuePlan(
            action=IssueAction.CLOSE,
            reason=f"It resolved {quiet} ago and has not come back.",
            comment=CommentKind.CLOSED,
        )
    if resolution_told:
        return _nothing("The issue already says that it resolved.")
    return IssuePlan(action=IssueAction.COMMENT, reason="The alert resolved.", comment=CommentKind.RESOLVED)


def _plan_open(tracked: TrackedIssue, *, has_news: bool) -> IssuePlan:
    if not has_news:
        return _nothing(f"Issue {tracked.number} is open and there is nothing new to say.")
    return IssuePlan(
        action=IssueAction.COMMENT,
        reason=f"Issue {tracked.number} is open and there is news.",
        comment=CommentKind.RECURRENCE,
    )


def _plan_closed(tracked: TrackedIssue, incident: Incident, *, has_news: bool) -> IssuePlan:
    if tracked.close_reason is CloseReason.NOT_PLANNED:
        return _nothing(f"A person closed issue {tracked.number} as not planned.")
    closed_before = tracked.closed_at is None or tracked.closed_at <= incident.opened_at
    if incident.status is not IncidentStatus.OPEN and not closed_before:
        return _nothing(f"Issue {tracked.number} is closed and the incident has resolved.")
    if not closed_before and not has_news:
        # Whoever closed it knew that the alert still fires; only something new contradicts them.
        return _nothing(f"Issue {tracked.number} was closed during this incident and nothing happened since.")
    return IssuePlan(
        action=IssueAction.REOPEN,
        reason=f"Issue {tracked.number} was closed as completed and it happened again.",
        comment=CommentKind.REOPENED,
    )


def plan_held(tracked: TrackedIssue | None, *, sentence: str, tells: bool) -> IssuePlan:
    """Decide about the issue of an incident that flaps: it is said once, and then nothing until it is calm.

    `tells` says that nobody has said so yet. The issue is neither closed nor reopened meanwhile.
    """
    if tells and tracked is not None and tracked.state is IssueState.OPEN:
        return IssuePlan(action=IssueAction.COMMENT, reason=f"{sentence}.", comment=CommentKind.FLAPPING)
    return _nothing(f"{sentence}; it is kept quiet until it has calmed down.")
