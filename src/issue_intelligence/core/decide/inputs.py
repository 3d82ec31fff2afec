"""What the rules may know."""

from dataclasses import dataclass, field
from datetime import datetime

from issue_intelligence.core.model.alert import AlertContext
from issue_intelligence.core.model.evidence import Investigation
from issue_intelligence.core.model.verdict import ExcuseKind

__all__ = ["ActiveSuppression", "ExcuseKind", "RuleInput", "ValidationThresholds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationThresholds:
    """`[validation]` of the configuration; the defaults are the mission's."""

    # This many errors within five minutes are a sustained error.
    min_error_count: int = 3
    # A `possible` conclusion below this is kept, and no issue is filed. 0 to 100.
    min_confidence: int = 60
    create_issue_on_single_error_with_stack_trace: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveSuppression:
    """An excuse that holds now."""

    kind: ExcuseKind
    # For people: "silence by ana: database move".
    text: str
    # None when its end is not known.
    until: datetime | None
    # Of what resolved by itself: so many times of late that people are to be told after all; 0 for not.
    recurred: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInput:
    # Of the incident's alerts, at least one.
    contexts: tuple[AlertContext, ...]
    investigation: Investigation
    suppression: ActiveSuppression | None = None
    # Why an excuse that people gave does not hold any more, a sentence; "" when none was given.
    outlived: str = ""
    thresholds: ValidationThresholds = field(default_factory=ValidationThresholds)

    def __post_init__(self) -> None:
        if not self.contexts:
            raise ValueError("a decision needs at least one alert")
