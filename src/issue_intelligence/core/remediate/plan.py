"""Whether we try to repair it ourselves. Every refusal names the runbook and what stands in its way."""

from dataclasses import dataclass
from enum import StrEnum

from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.core.model.remediation import Outcome, RemediationResult
from issue_intelligence.core.model.verdict import Verdict


class Mode(StrEnum):
    """How far the service may go (contract.md, `MODE`)."""

    # Decide and show, touch nothing outside.
    OBSERVE = "observe"
    # Issues and messages; a remediation only after a person's approval.
    REPORT = "report"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRemediation:
    """All guardrails let this one attempt pass."""

    runbook: str
    known_issue_id: str


def plan_remediation(
    verdict: Verdict, *, remediation_enabled: bool, mode: Mode, platform_configured: bool
) -> RemediationResult | PlannedRemediation:
    """Plan the attempt, or give the result of not making one.

    The outcome is None when nobody wanted a remediation, and `refused` when one was wanted and
    something forbade it. `platform_configured` tells whether anything is configured that could
    perform the runbook.
    """
    validation = verdict.validation
    known_issue = validation.known_issue
    if not validation.should_attempt_remediation or known_issue is None:
        return _not_attempted(verdict, action="", outcome=None, reason=_why_not_wanted(known_issue))
    runbook = known_issue.remediation_script
    if not runbook:
        reason = f'Nothing was attempted: the known issue "{known_issue.title}" names no runbook.'
        return _not_attempted(verdict, action="", outcome=Outcome.REFUSED, reason=reason)
    obstacle = _obstacle(
        remediation_enabled=remediation_enabled, mode=mode, platform_configured=platform_configured
    )
    if obstacle is not None:
        reason = f'The runbook "{runbook}" was not run: {obstacle}.'
        return _not_attempted(verdict, action=runbook, outcome=Outcome.REFUSED, reason=reason)
    return PlannedRemediation(runbook=runbook, known_issue_id=known_issue.id)


def _obstacle(*, remediation_enabled: bool, mode: Mode, platform_configured: bool) -> str | None:
    if mode is Mode.OBSERVE:
        return "in mode observe nothing outside is touched"
    if not remediation_enabled:
        return "remediation is turned off"
    if not platform_configured:
        return "nothing is configured that could perform it"
    if mode is Mode.REPORT:
        return "in mode report a person has to approve it first"
    return None


def _why_not_wanted(known_issue: KnownIssue | None) -> str:
    if known_issue is None:
        return "Nothing was attempted: no known issue with a runbook speaks of this incident."
    return (
        f'Nothing was attempted: the known issue "{known_issue.title}" is not to be repaired automatically.'
    )


def _not_attempted(
    verdict: Verdict, *, action: str, outcome: Outcome | None, reason: str
) -> RemediationResult:
    return RemediationResult(
        attempted=False,
        success=False,
        action=action,
        logs=(),
        should_create_issue=verdict.validation.should_create_issue,
        outcome=outcome,
        reason=reason,
    )
