"""Is it real, how sure are we, and what follows from it."""

from issue_intelligence.core.decide.confidence import weighed
from issue_intelligence.core.decide.facts import history_of, logs_of, matches_of
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.decide.rules import reasons_for
from issue_intelligence.core.investigate.known_issues import best_match
from issue_intelligence.core.model.alert import MonitoringFault
from issue_intelligence.core.model.known_issue import Disposition, KnownIssue
from issue_intelligence.core.model.verdict import Conclusion, Reason, RuleName, ValidationResult

# What speaks for a problem of the service.
_FOR = (Conclusion.REAL, Conclusion.POSSIBLE)
# Their decision is the excuse's; what is over needs no remediation.
_BY_EXCUSE = (RuleName.SUPPRESSED, RuleName.SELF_RESOLVED, RuleName.RECURRING_SHORT_FAILURE)


def validate(given: RuleInput) -> tuple[ValidationResult, tuple[Reason, ...]]:
    """Decide, and give every rule that spoke, the decisive one first.

    An incident that deserves an issue gets a new one (`should_create_issue`), unless one is open for its
    cause (`should_update_existing`). A `possible` conclusion below `min_confidence` is kept without an
    issue; a `real` one always gets its issue, since a missed fault costs more than a false one.
    """
    confidence, reasons = weighed(given, reasons_for(given))
    decisive = reasons[0]
    known_issue = _known_issue(given, decisive)
    deserves_issue = _deserves_issue(given, decisive.conclusion, confidence)
    history = history_of(given)
    open_issue = history.open_github_issue if history and deserves_issue else None
    return (
        ValidationResult(
            is_real_issue=decisive.conclusion in _FOR,
            confidence=confidence,
            reason=decisive.text,
            conclusion=decisive.conclusion,
            should_create_issue=deserves_issue and open_issue is None,
            should_update_existing=open_issue,
            known_issue=known_issue,
            should_attempt_remediation=decisive.conclusion in _FOR
            and _is_remediable(known_issue)
            and decisive.rule not in _BY_EXCUSE,
            excuse=given.suppression.kind if given.suppression and decisive.rule in _BY_EXCUSE else None,
        ),
        reasons,
    )


def _known_issue(given: RuleInput, decisive: Reason) -> KnownIssue | None:
    """Give the known issue that speaks for the incident.

    A `not_an_issue` entry does so only where there is no problem: beside a fault it explains something else.
    """
    matches = matches_of(given)
    if decisive.conclusion is Conclusion.NOT_REAL:
        harmless = (m.known_issue for m in matches if m.known_issue.disposition is Disposition.NOT_AN_ISSUE)
        return next(harmless, None)
    if decisive.conclusion is Conclusion.MONITORING:
        return None
    best = best_match(matches, logs_of(given))
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
