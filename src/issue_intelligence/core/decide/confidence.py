"""How sure we are, 0 to 100: what everything that spoke is worth as evidence, added up.

Evidence is added as log odds: a rule worth 2.2 makes a real problem nine times as likely against
none as it was before. So agreeing rules make us surer, each by less than the one before, and
contradicting ones take it back. The figures were set by hand and held against labelled scenarios
(benchmarks/scenarios.py).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from issue_intelligence.core.decide.facts import is_telling_missing
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.model.verdict import Conclusion, Reason, RuleName

# Before anything is known: of alerts that come in, about two thirds are real problems.
START = 0.6
# Towards a real problem where positive, against one where negative.
WORTH = {
    RuleName.KNOWN_NOT_AN_ISSUE: -4.0,
    RuleName.HEALTH_FAILED: 3.2,
    RuleName.CRITICAL_WITH_STACK_TRACE: 2.4,
    RuleName.SUSTAINED_ERRORS: 1.8,
    RuleName.ABOVE_BASELINE: 1.6,
    RuleName.MEMORY_NEARLY_FULL: 1.6,
    RuleName.SINGLE_WITH_STACK_TRACE: 0.5,
    RuleName.USER_ERROR: -2.8,
    RuleName.SEEN_NOT_REAL: -2.2,
    RuleName.CRITICAL_ALERT: 0.9,
    RuleName.NOTHING_GATHERED: 0.0,
    RuleName.UNCONFIRMED: 0.0,
    RuleName.ONLY_INFORMATION: -0.7,
    RuleName.ALL_WELL: -1.5,
    RuleName.NUMBERS_AS_USUAL: -0.8,
}
# Where missing evidence decides: without logs, metrics or health the fault itself may have gone unseen,
# which speaks for nothing; without the rest, nothing that was seen speaks for a fault.
MISSING_TELLING = 0.0
MISSING_OTHER = -0.8
# Where something else decides, it might have spoken against that.
MISSING_BESIDE = -0.4
# These speak of something else than whether the service has a problem now.
FIXED = {
    RuleName.TEST_NOTIFICATION: 99,
    RuleName.MONITORING_FAULT: 95,
    RuleName.SUPPRESSED: 95,
    RuleName.RECURRING_SHORT_FAILURE: 75,
    RuleName.SELF_RESOLVED: 85,
}

_FOR = (Conclusion.REAL, Conclusion.POSSIBLE)


def weight(rule: RuleName, conclusion: Conclusion, worth: float | None = None) -> int:
    """Say how sure a rule alone would make us of its conclusion, 0 to 100.

    `worth` stands in where what the rule found differs in worth (missing evidence).
    """
    if rule in FIXED:
        return FIXED[rule]
    return _percent(_towards(conclusion) * (START + (WORTH[rule] if worth is None else worth)))


def reason_of(rule: RuleName, conclusion: Conclusion, text: str, *, worth: float | None = None) -> Reason:
    return Reason(rule=rule, conclusion=conclusion, text=text, weight=weight(rule, conclusion, worth))


def weighed(given: RuleInput, reasons: Sequence[Reason]) -> tuple[int, tuple[Reason, ...]]:
    """Give the confidence in what the first reason concludes, and the reasons with their points.

    The points of all reasons and `start_points` of the conclusion add up to the confidence.
    Conclusions about something else than the service keep their fixed figure, and there are no points.
    """
    decisive = reasons[0]
    if decisive.rule in FIXED:
        return FIXED[decisive.rule], tuple(reasons)
    side = _towards(decisive.conclusion)
    sum_so_far, before = START, start_points(decisive.conclusion)
    told: list[Reason] = []
    for reason, worth in zip(reasons, _worths(given, reasons, side), strict=True):
        sum_so_far += worth
        after = _percent(side * sum_so_far)
        told.append(replace(reason, points=after - before))
        before = after
    return before, tuple(told)


def start_points(conclusion: Conclusion) -> int:
    """Say how sure we would be of it before anything is known, 0 to 100."""
    return _percent(_towards(conclusion) * START)


def _towards(conclusion: Conclusion) -> int:
    return 1 if conclusion in _FOR else -1


def _worths(given: RuleInput, reasons: Sequence[Reason], side: int) -> Iterator[float]:
    for reason in reasons:
        if reason.rule is RuleName.EVIDENCE_MISSING:
            yield missing_worth(given) if reason.decisive else side * MISSING_BESIDE
        else:
            # What a fault of the monitoring or an excuse is worth for the service, nobody knows.
            yield WORTH.get(reason.rule, 0.0)


def missing_worth(given: RuleInput) -> float:
    return MISSING_TELLING if is_telling_missing(given) else MISSING_OTHER


def _percent(log_odds: float) -> int:
    # Nothing that is decided from evidence is certain.
    return min(99, max(1, round(100 / (1 + math.exp(-log_odds)))))
