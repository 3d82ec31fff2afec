"""What differs between two verdicts, and how decisions stand against people's words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from issue_intelligence.core.decide.comparison import (
    Labelled,
    accuracy_of,
    compare,
    decision_of,
    held_against,
)
from issue_intelligence.core.decide.feedback import called_real, fault_of_right, in_force, right_value
from issue_intelligence.core.model.feedback import Feedback, FeedbackKind, FeedbackSource, Statement
from issue_intelligence.core.model.verdict import (
    Conclusion,
    IssueCategorization,
    IssueType,
    Reason,
    RuleName,
    Severity,
    ValidationResult,
    Verdict,
)
from tests.core.decide.factories import NOON

REAL, FALSE = FeedbackKind.REAL, FeedbackKind.FALSE_POSITIVE


def verdict(
    rule: RuleName = RuleName.SUSTAINED_ERRORS,
    *,
    conclusion: Conclusion = Conclusion.REAL,
    confidence: int = 85,
    told: bool = True,
    severity: Severity = Severity.HIGH,
) -> Verdict:
    reason = Reason(rule=rule, conclusion=conclusion, text=f"{rule} holds.", weight=85, decisive=True)
    return Verdict(
        validation=ValidationResult(
            is_real_issue=conclusion is Conclusion.REAL,
            confidence=confidence,
            reason=reason.text,
            conclusion=conclusion,
            should_create_issue=told,
            should_update_existing=None,
            known_issue=None,
            should_attempt_remediation=False,
        ),
        categorization=IssueCategorization(
            severity=severity,
            type=IssueType.BUG,
            component="cart",
            labels=(),
            assign_team=None,
            reasons=("many requests fail", "a TypeError", "of the catalogue"),
        ),
        reasons=(reason,),
    )


def said(
    kind: FeedbackKind, right: str = "", *, minute: int = 0, alert: str | None = None, withdrawn: bool = False
) -> Feedback:
    statement = Statement(kind=kind, right=right, by="ana", source=FeedbackSource.API, withdrawn=withdrawn)
    at = NOON + timedelta(minutes=minute)
    return Feedback(id="f", incident_id="i", alert_id=alert, statement=statement, said_at=at)


def test_equal_verdicts_differ_in_nothing() -> None:
    found = compare(verdict(), verdict())
    assert (found.changed, found.reasons, found.is_another_decision) == ((), (), False)


def test_rule_before_and_rule_now_are_named() -> None:
    now = verdict(RuleName.UNCONFIRMED, conclusion=Conclusion.UNCONFIRMED, confidence=40, told=False)
    found = compare(verdict(), now)
    assert found.changed == (
        "is_real_issue", "conclusion", "confidence", "should_create_issue", "rule", "reason",
    )  # fmt: skip
    assert found.reasons == (
        "sustained_errors decided before: sustained_errors holds.",
        "unconfirmed decides now: unconfirmed holds.",
        "The confidence was 85 and is 40.",
    )
    assert found.is_another_decision


def test_other_confidence_alone_is_the_same_decision() -> None:
    found = compare(verdict(), verdict(confidence=80))
    assert (found.changed, found.is_another_decision) == (("confidence",), False)


def test_issue_that_falls_below_the_threshold_is_told_with_its_confidence() -> None:
    found = compare(verdict(confidence=65), verdict(confidence=65, told=False))
    assert found.changed == ("should_create_issue",)
    assert found.reasons[-1] == "With a confidence of 65 it gets no issue now."


def test_other_category_is_told_with_its_own_reason() -> None:
    found = compare(verdict(), verdict(severity=Severity.LOW))
    assert (found.changed, found.reasons[-1]) == (("severity",), "Severity low: many requests fail")


@pytest.mark.parametrize(
    ("words", "real"),
    [
        # Nobody said.
        ([], None),
        ([said(FeedbackKind.WRONG_SEVERITY, "low"), said(FeedbackKind.NOT_PLANNED)], None),
        ([said(REAL)], True),
        # Of two answers to one question the newer counts.
        ([said(REAL), said(FALSE, minute=1)], False),
        ([said(FALSE), said(REAL, minute=1)], True),
        # Also of one about an alert and one about its incident.
        ([said(REAL, alert="a"), said(FALSE, minute=1)], False),
        # What is taken back was not said; what was said before it stays gone.
        ([said(REAL), said(FALSE, minute=1), said(FALSE, minute=2, withdrawn=True)], None),
        # Taking back what was said of one alert leaves what was said of the incident.
        ([said(REAL), said(FALSE, alert="a"), said(FALSE, alert="a", withdrawn=True)], True),
    ],
)
def test_whether_people_call_it_real(words: list[Feedback], real: bool | None) -> None:
    assert called_real(words) is real


def test_newest_right_value_counts() -> None:
    words = [said(FeedbackKind.WRONG_TYPE, "database"), said(FeedbackKind.WRONG_TYPE, "security", minute=1)]
    assert right_value(words, FeedbackKind.WRONG_TYPE) == "security"
    assert right_value(words, FeedbackKind.WRONG_SEVERITY) is None
    assert len(in_force(words)) == 1


@pytest.mark.parametrize(
    ("kind", "right", "is_fine"),
    [
        (REAL, "", True),
        (REAL, "low", False),
        (FeedbackKind.WRONG_SEVERITY, "low", True),
        (FeedbackKind.WRONG_SEVERITY, "Low", False),
        (FeedbackKind.WRONG_SEVERITY, "", False),
        (FeedbackKind.WRONG_TYPE, "database", True),
        (FeedbackKind.WRONG_TYPE, "low", False),
        (FeedbackKind.WRONG_COMPONENT, "any name", True),
        (FeedbackKind.WRONG_COMPONENT, "", False),
        (FeedbackKind.DUPLICATE, "#12", True),
        (FeedbackKind.DUPLICATE, "", True),
    ],
)
def test_right_value_fits_its_kind(kind: FeedbackKind, right: str, is_fine: bool) -> None:
    assert (fault_of_right(kind, right) == "") is is_fine


def test_decision_is_held_against_what_was_said() -> None:
    decision = decision_of(verdict())
    assert held_against(decision, []) is None
    assert held_against(decision, [said(FeedbackKind.NOT_PLANNED)]) is None
    words = [said(REAL), said(FeedbackKind.WRONG_SEVERITY, "low"), said(FeedbackKind.WRONG_COMPONENT, "Cart")]
    assert held_against(decision, words) == Labelled(
        told=True, real=True, severity_is_right=False, type_is_right=None, component_is_right=True
    )


def test_shares_come_with_their_n() -> None:
    labelled = [
        Labelled(told=True, real=True),
        Labelled(told=True, real=True, severity_is_right=True),
        Labelled(told=True, real=False, severity_is_right=False),
        Labelled(told=False, real=True),
        Labelled(told=False, real=False),
        # Somebody named the severity and said nothing of whether it is real.
        Labelled(told=True, real=None, severity_is_right=True),
    ]
    found = accuracy_of(labelled)
    assert found.labelled == 5
    assert (found.precision.right, found.precision.of) == (2, 3)
    assert (found.recall.right, found.recall.of) == (2, 3)
    assert (found.severity.right, found.severity.of) == (2, 3)
    assert (found.type.value, found.type.of) == (None, 0)


def test_nothing_labelled_has_no_shares() -> None:
    found = accuracy_of([])
    assert (found.labelled, found.precision.value, found.recall.value) == (0, None, None)


def test_verdict_without_a_decisive_reason_can_be_compared() -> None:
    old = replace(verdict(), reasons=())
    assert "rule" in compare(old, verdict()).changed
