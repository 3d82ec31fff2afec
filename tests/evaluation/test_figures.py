"""The figures, against values worked out by hand."""

import pytest

from issue_intelligence.core.model.verdict import Conclusion, Severity
from issue_intelligence.evaluation.document import evaluation_document
from issue_intelligence.evaluation.figures import Share, calibration, shares
from issue_intelligence.evaluation.judging import Case
from issue_intelligence.evaluation.model import Expected, Problem
from tests.evaluation.cases import REAL, case, decided

EXPECT_REAL = Expected(is_real=(True,))
EXPECT_NOT = Expected(is_real=(False,))
NOT_REAL = decided(conclusion=Conclusion.NOT_REAL, is_real=False, should_create_issue=False, confidence=80)
SUPPRESSED = decided(conclusion=Conclusion.SUPPRESSED, is_real=False, should_create_issue=False)


def share_of(name: str, *cases: Case) -> tuple[int, int]:
    found = shares(cases)[name]
    return found.successes, found.trials


def test_precision_counts_those_that_were_called_real() -> None:
    cases = [case(EXPECT_REAL), case(EXPECT_REAL), case(EXPECT_NOT), case(EXPECT_REAL, NOT_REAL)]
    assert share_of("precision", *cases, case(Expected())) == (2, 3)


def test_recall_counts_those_that_are_real() -> None:
    cases = [case(EXPECT_REAL), case(EXPECT_REAL, NOT_REAL), case(EXPECT_REAL, None), case(EXPECT_NOT)]
    assert share_of("recall", *cases) == (1, 3)


def test_what_may_be_either_counts_for_neither() -> None:
    either = case(Expected(is_real=(True, False)))
    assert share_of("precision", either) == share_of("recall", either) == (0, 0)


FALSELY_SUPPRESSED = (
    (case(EXPECT_REAL, NOT_REAL), True),
    (case(EXPECT_REAL, SUPPRESSED), True),
    # Nothing was decided at all.
    (case(EXPECT_REAL, None), True),
    # Called real, and without the issue that is expected.
    (case(Expected(is_real=(True,), should_create_issue=(True,)), decided(should_create_issue=False)), True),
    # No issue is asked for.
    (case(EXPECT_REAL, decided(should_create_issue=False)), False),
    (case(Expected(is_real=(True,), should_create_issue=(True,))), False),
)


@pytest.mark.parametrize(("given", "counts"), FALSELY_SUPPRESSED)
def test_false_suppression_is_what_nobody_would_hear_of(given: Case, *, counts: bool) -> None:
    assert share_of("false_suppression", given) == (int(counts), 1)


def test_what_is_not_real_cannot_be_suppressed_falsely() -> None:
    assert share_of("false_suppression", case(EXPECT_NOT, NOT_REAL), case(EXPECT_NOT)) == (0, 0)


def test_severity_counts_exact_and_within_one_step() -> None:
    cases = [
        case(Expected(severity=(Severity.HIGH,))),
        case(Expected(severity=(Severity.CRITICAL,))),
        case(Expected(severity=(Severity.LOW,))),
        case(Expected(severity=(Severity.LOW,)), None),
        case(EXPECT_REAL),
    ]
    assert share_of("severity", *cases) == (1, 4)
    assert share_of("severity_within_one_step", *cases) == (2, 4)


def test_brier_score_and_bins_hold_confidence_against_the_truth() -> None:
    found = calibration(
        [
            # 0.9, right: 0.01.
            case(EXPECT_REAL),
            # 0.9, wrong: 0.81.
            case(EXPECT_NOT),
            # 0.8 for "not real", right: 0.04.
            case(EXPECT_NOT, NOT_REAL),
            # 1.0, right: 0, and it belongs to the last bin.
            case(EXPECT_REAL, decided(confidence=100)),
            # These two say nothing about it.
            case(Expected()),
            case(EXPECT_REAL, None),
        ]
    )
    assert found.brier == pytest.approx((0.01 + 0.81 + 0.04) / 4)
    assert [(each.lower, each.upper) for each in found.bins] == [(0.8, 0.9), (0.9, 1.0)]
    assert [each.right for each in found.bins] == [
        Share(successes=1, trials=1),
        Share(successes=2, trials=3),
    ]
    assert [each.mean_confidence for each in found.bins] == pytest.approx([0.8, 2.8 / 3])


def test_without_a_judged_decision_there_is_no_calibration() -> None:
    assert calibration([case(Expected())]).brier is None


def test_the_document_has_the_shape_of_the_contract() -> None:
    problem = Problem(folder="bad", file="world.toml", key="now", rule="is wrong")
    document = evaluation_document([case(EXPECT_REAL), case(EXPECT_NOT, name="second")], [problem])
    assert list(document) == ["scenarios", "metrics", "intervals", "calibration", "cases", "errors"]
    assert document["scenarios"] == 2
    assert document["metrics"]["precision"] == 0.5
    assert document["intervals"]["precision"] == [0.0945, 0.9055]
    assert document["metrics"]["severity"] is document["intervals"]["severity"] is None
    assert document["metrics"].keys() == document["intervals"].keys()
    assert document["calibration"]["bins"][0]["n"] == 2
    first = document["cases"][0]
    assert list(first) == ["name", "expected", "actual", "passed", "reasons"]
    assert first["expected"] == {"is_real": True}
    assert first["actual"]["severity"] == REAL.severity
    assert document["errors"] == [{"name": "bad", "file": "world.toml", "key": "now", "message": "is wrong"}]
    assert "errors" not in evaluation_document([case(EXPECT_REAL)], [])
