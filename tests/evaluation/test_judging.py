"""What is expected is held against what was decided, key by key."""

from typing import Any

import pytest

from issue_intelligence.core.model.verdict import IssueType, Severity
from issue_intelligence.evaluation.judging import judged_keys, within_one_step
from issue_intelligence.evaluation.model import Expected
from tests.evaluation.cases import REAL, case, decided

TABLE: tuple[tuple[dict[str, Any], dict[str, Any], bool], ...] = (
    ({"is_real": (True,)}, {}, True),
    ({"is_real": (False,)}, {}, False),
    # Either will do.
    ({"is_real": (True, False)}, {"is_real": False}, True),
    ({"should_create_issue": (False,)}, {}, False),
    # A comment on the open issue that is expected: "creates an issue" is then a matter of words.
    (
        {"should_create_issue": (False,), "should_update_existing": (7,)},
        {"should_update_existing": 7},
        True,
    ),
    (
        {"should_create_issue": (False,), "should_update_existing": (7,)},
        {"should_update_existing": 8},
        False,
    ),
    ({"should_update_existing": (None,)}, {}, True),
    ({"should_update_existing": (None,)}, {"should_update_existing": 7}, False),
    ({"severity": (Severity.CRITICAL, Severity.HIGH)}, {}, True),
    ({"severity": (Severity.CRITICAL,)}, {}, False),
    ({"type": (IssueType.DATABASE,)}, {}, False),
    ({"component": ("Checkout",)}, {}, True),
    ({"known_issue": ("pool exhausted",)}, {}, True),
    ({"known_issue": ("pool-exhausted",)}, {}, True),
    ({"known_issue": ("",)}, {}, False),
    ({"known_issue": ("",)}, {"known_issue": "", "known_issue_id": ""}, True),
    ({"remediation": ("",)}, {}, False),
    ({"remediation": ("restart", "")}, {}, True),
    ({"error_contains": ("typeerror",)}, {}, True),
    ({"error_contains": ("ECONNREFUSED",)}, {}, False),
    # "" means that no error is named.
    ({"error_contains": ("",)}, {}, False),
    ({"error_contains": ("",)}, {"error": ""}, True),
    ({"culprit_contains": ("cart.ts:10", "cart.ts:12")}, {}, True),
    ({"culprit_contains": ("checkout.ts",)}, {}, False),
    ({"incidents": (2,)}, {}, False),
    # Nothing is judged.
    ({}, {}, True),
)


@pytest.mark.parametrize(("expected", "changes", "passes"), TABLE)
def test_a_case_passes_when_every_judged_key_is_as_expected(
    expected: dict[str, Any], changes: dict[str, Any], *, passes: bool
) -> None:
    assert case(Expected(**expected), decided(**changes)).passed is passes


def test_without_a_decision_everything_that_is_judged_is_wrong() -> None:
    expected = Expected(is_real=(False,), known_issue=("",))
    assert judged_keys(expected, None) == {"is_real": False, "known_issue": False}
    assert not case(Expected(), None).passed


def test_only_expected_keys_are_judged() -> None:
    assert judged_keys(Expected(type=(IssueType.BUG,)), REAL) == {"type": True}


def test_severities_have_their_neighbours() -> None:
    assert within_one_step([Severity.HIGH], Severity.CRITICAL)
    assert within_one_step([Severity.LOW, Severity.HIGH], Severity.MEDIUM)
    assert not within_one_step([Severity.LOW], Severity.HIGH)
