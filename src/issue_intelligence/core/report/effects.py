"""Names each intended effect, and says when to hold one back and when to tell people."""

from dataclasses import replace

from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.remediate.plan import Mode
from issue_intelligence.core.report.plan import IssueAction, IssuePlan
from issue_intelligence.kit.stable_hash import stable_hash

_MARKER_VERSION = "effect-1"


def create_marker(issue_key: str, generation: int) -> str:
    """Name the creation of a cause's issue: whoever creates it, in whichever run, uses the same name."""
    return stable_hash(_MARKER_VERSION, "create", issue_key, str(generation))[:32]


def run_marker(incident_id: str, revision: int, what: str) -> str:
    """Name an effect of one run."""
    return stable_hash(_MARKER_VERSION, what, incident_id, str(revision))[:32]


def resolution_marker(incident: Incident) -> str:
    """Name the comment about one resolution: a second look at the same one has the same name."""
    at = incident.resolved_at.isoformat() if incident.resolved_at else ""
    return stable_hash(_MARKER_VERSION, "resolved", incident.id, at)[:32]


def joined_marker(incident: Incident) -> str:
    """Name the comment about where a part of another incident goes on: said once for each join."""
    into = incident.joined.into if incident.joined else ""
    return stable_hash(_MARKER_VERSION, "joined", incident.id, into)[:32]


_WOULD = {
    IssueAction.CREATE: "an issue would have been created",
    IssueAction.COMMENT: "the issue would have got a comment",
    IssueAction.REOPEN: "the issue would have been reopened",
    IssueAction.CLOSE: "the issue would have been closed",
}


def hold_back(plan: IssuePlan, *, mode: Mode, others_not_over: int) -> IssuePlan:
    """Take a planned action back where the mode, or another incident of the same cause, forbids it."""
    if plan.action is IssueAction.NOTHING:
        return plan
    if mode is Mode.OBSERVE:
        return replace(
            plan,
            action=IssueAction.NOTHING,
            comment=None,
            reason=f"In mode observe nothing outside is touched; {_WOULD[plan.action]}.",
        )
    if plan.action is IssueAction.CLOSE and others_not_over:
        return replace(
            plan,
            action=IssueAction.NOTHING,
            comment=None,
            reason="Another incident of the same cause is not over, so the issue stays open.",
        )
    return plan


def deserves_notice(plan_action: IssueAction, *, first_look: bool) -> bool:
    """A terminal hears of an incident's first look, and later only of what changed.

    For channels that keep a message up to date, core/report/thread_plan.py decides.
    """
    return first_look or plan_action is not IssueAction.NOTHING
