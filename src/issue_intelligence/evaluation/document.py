"""The document of `evaluate --json` (contract.md)."""

from collections.abc import Sequence
from typing import Any

from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.evaluation.figures import Calibration, calibration, shares
from issue_intelligence.evaluation.judging import KEYS, Actual, Case, plain
from issue_intelligence.evaluation.model import Expected, Problem


def evaluation_document(cases: Sequence[Case], problems: Sequence[Problem]) -> dict[str, Any]:
    """Give all figures and cases; a figure without a case is null, and `errors` is left out when empty."""
    found = shares(cases)
    document: dict[str, Any] = {
        "scenarios": len(cases),
        "metrics": {name: _rounded(share.value) for name, share in found.items()},
        "intervals": {
            name: [_rounded(bound) for bound in share.interval] if share.interval else None
            for name, share in found.items()
        },
        "calibration": _calibration(calibration(cases)),
        "cases": [case_document(case) for case in cases],
    }
    if problems:
        document["errors"] = [
            {"name": each.folder, "file": each.file, "key": each.key, "message": each.rule}
            for each in problems
        ]
    # Scenarios may be made of real logs.
    return redact_tree(document)


def case_document(case: Case) -> dict[str, Any]:
    reasons = case.actual.reasons if case.actual else (case.failure,)
    return {
        "name": case.name,
        "expected": expected_document(case.expected),
        "actual": actual_document(case.actual) if case.actual else {},
        "passed": case.passed,
        "reasons": list(reasons),
    }


def expected_document(expected: Expected) -> dict[str, Any]:
    """Give the judged keys as expected.toml has them."""
    values = {key: getattr(expected, key) for key in KEYS}
    document = {key: plain(value) for key, value in values.items() if value is not None}
    if "incidents" in document:
        document["incidents"] = {"count": document["incidents"]}
    return document


def actual_document(actual: Actual) -> dict[str, Any]:
    return {
        "is_real": actual.is_real,
        "conclusion": actual.conclusion.value,
        "confidence": actual.confidence,
        "should_create_issue": actual.should_create_issue,
        "should_update_existing": actual.should_update_existing,
        "severity": actual.severity.value,
        "type": actual.type.value,
        "component": actual.component,
        "known_issue": actual.known_issue,
        "remediation": actual.remediation,
        "error": actual.error,
        "culprit": actual.culprit,
        "incidents": {"count": actual.incidents},
    }


def _calibration(found: Calibration) -> dict[str, Any]:
    return {
        "brier": _rounded(found.brier),
        "bins": [
            {
                "from": each.lower,
                "until": each.upper,
                "n": each.right.trials,
                "confidence": _rounded(each.mean_confidence),
                "right": _rounded(each.right.value),
                "interval": [_rounded(bound) for bound in each.right.interval or ()],
            }
            for each in found.bins
        ],
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
