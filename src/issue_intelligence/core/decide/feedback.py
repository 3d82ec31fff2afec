"""Which of people's statements about a decision count, and what they come to."""

from collections.abc import Iterable, Sequence

from issue_intelligence.core.model.feedback import Feedback, FeedbackKind
from issue_intelligence.core.model.verdict import IssueType, Severity

# Answers to one question: who says that it is real takes back that it is a false positive.
_REALITY = (FeedbackKind.REAL, FeedbackKind.FALSE_POSITIVE)
_NEEDS_RIGHT = {
    FeedbackKind.WRONG_SEVERITY: f"must be one of {', '.join(Severity)}",
    FeedbackKind.WRONG_TYPE: f"must be one of {', '.join(IssueType)}",
    FeedbackKind.WRONG_COMPONENT: "must name the right component",
}


def fault_of_right(kind: FeedbackKind, right: str) -> str:
    """Say what is wrong with `right` beside this kind; "" for nothing."""
    known: Iterable[str] | None = None
    if kind is FeedbackKind.WRONG_SEVERITY:
        known = Severity
    elif kind is FeedbackKind.WRONG_TYPE:
        known = IssueType
    if kind in _NEEDS_RIGHT:
        return "" if right and (known is None or right in set(known)) else _NEEDS_RIGHT[kind]
    if right and kind is not FeedbackKind.DUPLICATE:
        return f"has no meaning beside {kind}"
    return ""


def newest_words(said: Sequence[Feedback]) -> tuple[Feedback, ...]:
    """Give the newest words of each question, of everything said, oldest first as given.

    An alert and its incident are two subjects; "real" and "false positive" answer one question.
    """
    newest: dict[tuple[str, str | None, str], Feedback] = {}
    for each in said:
        key = (each.incident_id, each.alert_id, _question(each.statement.kind))
        newest.pop(key, None)
        newest[key] = each
    return tuple(newest.values())


def in_force(said: Sequence[Feedback]) -> tuple[Feedback, ...]:
    """Give the newest words of each question, as above, without what was taken back."""
    return tuple(each for each in newest_words(said) if not each.statement.withdrawn)


def called_real(said: Sequence[Feedback]) -> bool | None:
    """Tell whether people call the decision's subject real; None when nobody said.

    `said` is about one incident and its alerts, oldest first; the newest words that count win.
    """
    answers = [each.statement.kind for each in in_force(said) if each.statement.kind in _REALITY]
    return answers[-1] is FeedbackKind.REAL if answers else None


def right_value(said: Sequence[Feedback], kind: FeedbackKind) -> str | None:
    """Give what people call right instead: of the severity, component or type; None when nobody said."""
    answers = [each.statement.right for each in in_force(said) if each.statement.kind is kind]
    return answers[-1] if answers else None


def _question(kind: FeedbackKind) -> str:
    return "reality" if kind in _REALITY else kind.value
