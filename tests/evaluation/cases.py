"""Cases as judging makes them, from the few words that a test cares for."""

from dataclasses import replace
from typing import Any

from issue_intelligence.core.model.verdict import Conclusion, IssueType, Severity
from issue_intelligence.evaluation.judging import Actual, Case, judged_keys
from issue_intelligence.evaluation.model import Expected

REAL = Actual(
    conclusion=Conclusion.REAL,
    confidence=90,
    is_real=True,
    should_create_issue=True,
    should_update_existing=None,
    severity=Severity.HIGH,
    type=IssueType.BUG,
    component="checkout",
    known_issue="Pool exhausted",
    known_issue_id="pool-exhausted",
    remediation="restart",
    error="TypeError: price",
    culprit="src/cart.ts:10 in total",
    incidents=1,
)


def decided(**changes: Any) -> Actual:
    return replace(REAL, **changes)


def case(expected: Expected, actual: Actual | None = REAL, name: str = "case") -> Case:
    return Case(name=name, expected=expected, actual=actual, judged=judged_keys(expected, actual))
