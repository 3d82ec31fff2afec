"""Whether we try to repair it ourselves. Every refusal names the runbook and what stands in its way."""

from dataclasses import dataclass

from issue_intelligence.core.decide.facts import failed_health_checks
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.core.model.remediation import Outcome, RemediationResult
from issue_intelligence.core.model.verdict import Verdict
from issue_intelligence.core.remediate.guardrails import (
    RESTART,
    Mode,
    Situation,
    refusal_sentence,
    refusals,
)

__all__ = ["Mode", "WantedRemediation", "not_wanted", "plan_remediation", "wanted_remediation"]

# mission.md: "Service unresponsive or high error rate (>50%)".
HIGH_ERROR_RATE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRemediation:
    """What somebody wants to have tried, and why; the guardrails have not spoken yet."""

    # None when the known issue names none.
    runbook: str | None
    # None when the strategy's own condition asks for it.
    known_issue_id: str | None
    # A sentence for the audit.
    why: str


def wanted_remediation(
    verdict: Verdict, investigation: Investigation, *, without_known_issue: bool
) -> WantedRemediation | None:
    """Tell what a known issue asks for, or the strategy's own condition where the settings allow that."""
    validation = verdict.validation
    known = validation.known_issue
    if validation.should_attempt_remediation and known is not None:
        return WantedRemediation(
            runbook=known.remediation_script,
            known_issue_id=known.id,
            why=f'The known issue "{known.title}" asks for it.',
        )
    if not without_known_issue or not validation.is_real_issue or known is not None:
        return None
    why = _own_condition(investigation)
    return WantedRemediation(runbook=RESTART, known_issue_id=None, why=why) if why else None


def _own_condition(investigation: Investigation) -> str:
    failed = failed_health_checks(investigation.health.data if investigation.health else None)
    if failed:
        return f"The service is unresponsive: {'; '.join(failed)}."
    metrics = investigation.metrics.data if investigation.metrics else None
    if metrics and metrics.error_rate is not None and metrics.error_rate > HIGH_ERROR_RATE:
        return f"{metrics.error_rate:.0%} of the requests fail."
    return ""


def not_wanted(verdict: Verdict) -> RemediationResult:
    """Give the result where nobody wanted a remediation; it has no outcome."""
    return _not_attempted(
        verdict, action="", outcome=None, reason=_why_not_wanted(verdict.validation.known_issue)
    )


def plan_remediation(wanted: WantedRemediation, situation: Situation) -> RemediationResult | None:
    """Give the refusal, or None when every guardrail lets it pass."""
    forbidding = refusals(situation)
    if not forbidding:
        return None
    known = situation.verdict.validation.known_issue
    if wanted.runbook is None and known is not None:
        reason = f'Nothing was attempted: the known issue "{known.title}" names no runbook.'
    else:
        reason = refusal_sentence(wanted.runbook or "", situation.service, forbidding)
    return _not_attempted(
        situation.verdict, action=wanted.runbook or "", outcome=Outcome.REFUSED, reason=reason
    )


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
        should_create_issue=verdict.validation.deserves_issue,
        outcome=outcome,
        reason=reason,
    )
