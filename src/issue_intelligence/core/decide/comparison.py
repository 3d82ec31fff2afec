"""What differs between two verdicts about one incident, and how verdicts stand against people's words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from issue_intelligence.core.decide.feedback import called_real, right_value
from issue_intelligence.core.model.feedback import Feedback, FeedbackKind
from issue_intelligence.core.model.verdict import Conclusion, IssueType, RuleName, Severity, Verdict

# A decision that differs only in these is the same decision.
_IN_PASSING = frozenset({"confidence", "rule", "reason"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a verdict comes to."""

    is_real_issue: bool
    conclusion: Conclusion
    confidence: int
    should_create_issue: bool
    severity: Severity
    type: IssueType
    component: str
    # The entry's id.
    known_issue: str | None
    should_attempt_remediation: bool
    # The rule that decided, and its sentence.
    rule: RuleName
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    before: Decision
    after: Decision
    # Names of the fields of Decision that differ.
    changed: tuple[str, ...]
    # Why, one sentence each; empty when nothing changed.
    reasons: tuple[str, ...]

    @property
    def is_another_decision(self) -> bool:
        return not _IN_PASSING.issuperset(self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One decision that people spoke about, held against what they said. None: they did not say."""

    told: bool
    real: bool | None
    severity_is_right: bool | None = None
    type_is_right: bool | None = None
    component_is_right: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of n; its value is None where n is 0."""

    right: int
    of: int

    @property
    def value(self) -> float | None:
        return self.right / self.of if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    # Of those that got an issue, the share that people call real.
    precision: Share
    # Of those that people call real, the share that got an issue.
    recall: Share
    # Decisions that people called real or a false positive.
    labelled: int
    # Of those whose right value people named, the share that has it.
    severity: Share
    type: Share
    component: Share


def decision_of(verdict: Verdict) -> Decision:
    validation, categorization = verdict.validation, verdict.categorization
    return Decision(
        is_real_issue=validation.is_real_issue,
        conclusion=validation.conclusion,
        confidence=validation.confidence,
        should_create_issue=validation.deserves_issue,
        severity=categorization.severity,
        type=categorization.type,
        component=categorization.component,
        known_issue=validation.known_issue.id if validation.known_issue else None,
        should_attempt_remediation=validation.should_attempt_remediation,
        rule=next((each.rule for each in verdict.reasons if each.decisive), RuleName.UNCONFIRMED),
        reason=validation.reason,
    )


def compare(old: Verdict, new: Verdict) -> Comparison:
    before, after = decision_of(old), decision_of(new)
    names = Decision.__dataclass_fields__
    changed = tuple(name for name in names if getattr(before, name) != getattr(after, name))
    reasons = tuple(_reasons(before, after, new.categorization.reasons))
    return Comparison(before=before, after=after, changed=changed, reasons=reasons)


def _reasons(before: Decision, after: Decision, why_so: Sequence[str]) -> Iterable[str]:
    if before == after:
        return
    if before.rule is after.rule and before.reason == after.reason:
        yield f"{before.rule} decided both times: {before.reason}"
    else:
        yield f"{before.rule} decided before: {before.reason}"
        yield f"{after.rule} decides now: {after.reason}"
    if before.confidence != after.confidence:
        yield f"The confidence was {before.confidence} and is {after.confidence}."
    if before.should_create_issue != after.should_create_issue and before.conclusion is after.conclusion:
        gets = "gets an issue" if after.should_create_issue else "gets no issue"
        yield f"With a confidence of {after.confidence} it {gets} now."
    # In the order of categorization: severity, type, component.
    for name, sentence in zip(("severity", "type", "component"), why_so, strict=False):
        if getattr(before, name) != getattr(after, name):
            yield f"{name.capitalize()} {getattr(after, name)}: {sentence}"
    if before.known_issue != after.known_issue:
        yield f"The known issue was {before.known_issue or 'none'} and is {after.known_issue or 'none'}."


def held_against(decision: Decision, said: Sequence[Feedback]) -> Labelled | None:
    """Hold a decision against everything said of its incident and alerts, oldest first; None for nothing."""
    right = {
        kind: right_value(said, kind)
        for kind in (FeedbackKind.WRONG_SEVERITY, FeedbackKind.WRONG_TYPE, FeedbackKind.WRONG_COMPONENT)
    }
    real = called_real(said)
    if real is None and not any(right.values()):
        return None
    return Labelled(
        told=decision.should_create_issue,
        real=real,
        severity_is_right=_is_right(decision.severity, right[FeedbackKind.WRONG_SEVERITY]),
        type_is_right=_is_right(decision.type, right[FeedbackKind.WRONG_TYPE]),
        component_is_right=_is_right(decision.component, right[FeedbackKind.WRONG_COMPONENT]),
    )


def _is_right(value: str, right: str | None) -> bool | None:
    return None if right is None else value.casefold() == right.casefold()


def accuracy_of(labelled: Sequence[Labelled]) -> Accuracy:
    judged = [each for each in labelled if each.real is not None]
    return Accuracy(
        precision=_share(each.real for each in judged if each.told),
        recall=_share(each.told for each in judged if each.real),
        labelled=len(judged),
        severity=_share(each.severity_is_right for each in labelled),
        type=_share(each.type_is_right for each in labelled),
        component=_share(each.component_is_right for each in labelled),
    )


def _share(answers: Iterable[bool | None]) -> Share:
    known = [answer for answer in answers if answer is not None]
    return Share(right=sum(known), of=len(known))
