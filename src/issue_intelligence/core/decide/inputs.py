"""What the rules may know."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from issue_intelligence.core.model.alert import AlertContext
from issue_intelligence.core.model.evidence import Investigation


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationThresholds:
    """`[validation]` of the configuration; the defaults are the mission's."""

    # This many errors within five minutes are a sustained error.
    min_error_count: int = 3
    # A `possible` conclusion below this is kept, and no issue is filed. 0 to 100.
    min_confidence: int = 60
    create_issue_on_single_error_with_stack_trace: bool = True


class ExcuseKind(StrEnum):
    """Why nobody needs to be told for now."""

    SILENCE = "silence"
    MAINTENANCE = "maintenance"
    DEPLOYMENT = "deployment"
    # Something the service needs is down, and is told of by itself.
    DEPENDENCY = "dependency"
    # People called the like of it a false positive.
    IGNORED = "ignored"
    # It comes and goes, and was told of once.
    FLAPPING = "flapping"
    # It was over before anybody could have looked.
    SELF_RESOLVED = "self_resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveSuppression:
    """An excuse that holds now."""

    kind: ExcuseKind
    # For people: "silence by ana: database move".
    text: str
    # None when its end is not known.
    until: datetime | None


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
