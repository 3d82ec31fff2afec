"""Is it real, how sure are we, and what follows from it."""

from collections.abc import Sequence

from issue_intelligence.core.decide.facts import history_of, matches_of
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.decide.rules import reasons_for
from issue_intelligence.core.investigate.known_issues import best_match
from issue_intelligence.core.model.alert import AlertSeverity, MonitoringFault
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue
from issue_intelligence.core.model.verdict import Conclusion, Reason, RuleName, ValidationResult

# What speaks for a problem of the service, and what against; the other conclusions are about something else.
_FOR = (Conclusion.REAL, Conclusion.POSSIBLE)
_AGAINST = (Conclusion.NOT_REAL,)
# Their decision is the excuse's; what is over needs no remediation.
_BY_EXCUSE = (RuleName.SUPPRESSED, RuleName.SELF_RESOLVED, RuleName.RECURRING_SHORT_FAILURE)
_AGREEING_POINTS = 3
_MOST_AGREEING_POINTS = 9
_CONTRADICTING_POINTS = 10
_MISSING_POINTS = 5
_INFO_POINTS = 10


def validate(given: RuleInput) -> tuple[ValidationResult, tuple[Reason, ...]]:
    """Decide, and give every rule that spoke, the decisive one first.

    `should_create_issue` means that the incident belongs into an issue: a new one, or the open
    one in `should_update_existing`. A `possible` conclusion below `min_confidence` is kept without
    an issue; a `real` one always gets its issue, since a missed fault costs more than a false one.
    """
    reasons = reasons_for(given)
    decisive = reasons[0]
    confidence = _confidence(given, reasons)
    known_issue = _known_issue(given, decisive)
    deserves_issue = _deserves_issue(given, decisive.conclusion, confidence)
    history = history_of(given)
    return (
        ValidationResult(
            is_real_issue=decisive.conclusion in _FOR,
            confidence=confidence,
            reason=decisive.text,
            conclusion=decisive.conclusion,
            should_create_issue=deserves_issue,
            should_update_existing=history.open_github_issue if history and deserves_issue else None,
            known_issue=known_issue,
            should_attempt_remediation=decisive.conclusion in _FOR
            and _is_remediable(known_issue)
            and decisive.rule not in _BY_EXCUSE,
            excuse=given.suppression.kind if given.suppression and decisive.rule in _BY_EXCUSE else None,
        ),
        reasons,
    )


def _confidence(given: RuleInput, reasons: Sequence[Reason]) -> int:
    """Start from the decisive rule's weight; 0 to 100.

    Each rule that agrees adds 3 points, at most 9; each that contradicts takes 10. Missing evidence
    takes 5, unless it decided, since then its weight says so already. A `possible` conclusion about
    an alert that its own rule calls a mere information loses 10. Monitoring faults, suppressions and
    unconfirmed alerts keep their weight: the other rules speak of something else.
    """
    decisive, *others = reasons
    if decisive.conclusion not in (*_FOR, *_AGAINST):
        return decisive.weight
    missing = [each for each in others if each.rule is RuleName.EVIDENCE_MISSING]
    spoken = [each for each in others if each not in missing and each.conclusion in (*_FOR, *_AGAINST)]
    agreeing = [each for each in spoken if (each.conclusion in _FOR) == (decisive.conclusion in _FOR)]
    points = decisive.weight
    points += min(_MOST_AGREEING_POINTS, _AGREEING_POINTS * len(agreeing))
    points -= _CONTRADICTING_POINTS * (len(spoken) - len(agreeing))
    points -= _MISSING_POINTS * len(missing)
    if decisive.conclusion is Conclusion.POSSIBLE and _only_information(given):
        points -= _INFO_POINTS
    return max(0, min(100, points))


def _only_information(given: RuleInput) -> bool:
    return all(context.severity is AlertSeverity.INFO for context in given.contexts)


def _known_issue(given: RuleInput, decisive: Reason) -> KnownIssue | None:
    """Give the known issue that speaks for the incident.

    A `not_an_issue` entry does so only if it decided: when other errors remain, it explains
    something beside the fault.
    """
    matches = matches_of(given)
    if decisive.rule is RuleName.KNOWN_NOT_AN_ISSUE:
        harmless = (m.known_issue for m in matches if m.known_issue.disposition is Disposition.NOT_AN_ISSUE)
        return next(harmless, None)
    if decisive.conclusion is Conclusion.MONITORING:
        return None
    best = best_match(matches)
    return best.known_issue if best else None


def _deserves_issue(given: RuleInput, conclusion: Conclusion, confidence: int) -> bool:
    if conclusion is Conclusion.MONITORING:
        # A series that went away is usually a service that was taken away; the other two need mending.
        return any(
            context.monitoring_fault is not MonitoringFault.MISSING_SERIES for context in given.contexts
        )
    if conclusion is Conclusion.POSSIBLE:
        return confidence >= given.thresholds.min_confidence
    return conclusion is Conclusion.REAL


def _is_remediable(known_issue: KnownIssue | None) -> bool:
    return (
        known_issue is not None
        and known_issue.disposition is Disposition.REMEDIATE
        and known_issue.auto_remediable
    )
