"""What we make of an incident, and every reason for it."""

from dataclasses import dataclass
from enum import StrEnum

from issue_intelligence.core.model.known_issue import KnownIssue

# Stored with every verdict. Raise it when a stored shape changes, and upgrade old ones on reading.
VERDICT_VERSION = 1


class Severity(StrEnum):
    """Ours; the alert's own is `AlertSeverity`."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class IssueType(StrEnum):
    BUG = "bug"
    PERFORMANCE = "performance"
    SECURITY = "security"
    INFRASTRUCTURE = "infrastructure"
    DATABASE = "database"
    MONITORING = "monitoring"


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


class Conclusion(StrEnum):
    """What a rule concludes about the alert."""

    REAL = "real"
    # Worth an issue, at one severity less.
    POSSIBLE = "possible"
    NOT_REAL = "not_real"
    # Kept, told to nobody, looked at again when the excuse ends.
    SUPPRESSED = "suppressed"
    # About the monitoring itself.
    MONITORING = "monitoring"
    # Nothing speaks for or against; kept, and looked at again while it fires.
    UNCONFIRMED = "unconfirmed"


class RuleName(StrEnum):
    """The rules in the order in which they are asked (architecture.md 7)."""

    TEST_NOTIFICATION = "test_notification"
    MONITORING_FAULT = "monitoring_fault"
    SUPPRESSED = "suppressed"
    RECURRING_SHORT_FAILURE = "recurring_short_failure"
    SELF_RESOLVED = "self_resolved"
    KNOWN_NOT_AN_ISSUE = "known_not_an_issue"
    HEALTH_FAILED = "health_failed"
    CRITICAL_WITH_STACK_TRACE = "critical_with_stack_trace"
    SUSTAINED_ERRORS = "sustained_errors"
    ABOVE_BASELINE = "above_baseline"
    MEMORY_NEARLY_FULL = "memory_nearly_full"
    SINGLE_WITH_STACK_TRACE = "single_with_stack_trace"
    USER_ERROR = "user_error"
    SEEN_NOT_REAL = "seen_not_real"
    EVIDENCE_MISSING = "evidence_missing"
    CRITICAL_ALERT = "critical_alert"
    NOTHING_GATHERED = "nothing_gathered"
    UNCONFIRMED = "unconfirmed"
    # Signs: they never decide, and make us surer or less sure.
    ONLY_INFORMATION = "only_information"
    ALL_WELL = "all_well"
    NUMBERS_AS_USUAL = "numbers_as_usual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule that spoke."""

    rule: RuleName
    conclusion: Conclusion
    # One sentence for people, with the numbers it rests on.
    text: str
    # How sure this rule alone would make us of its conclusion, 0 to 100.
    weight: int
    # What it adds to the verdict's confidence, or takes; 0 in verdicts of earlier releases.
    points: int = 0
    # True for the one rule that decided.
    decisive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationResult:
    """Is it real (mission.md, ValidationResult)."""

    is_real_issue: bool
    # 0 to 100: how sure we are of `conclusion`.
    confidence: int
    # The decisive rule's sentence.
    reason: str
    conclusion: Conclusion
    should_create_issue: bool
    # The number of the open issue to comment on instead of creating one.
    should_update_existing: int | None
    known_issue: KnownIssue | None
    should_attempt_remediation: bool
    # The excuse that decided; None for none, and in verdicts of earlier releases.
    excuse: ExcuseKind | None = None

    @property
    def deserves_issue(self) -> bool:
        """Tell whether the incident belongs into an issue: a new one, or the open one."""
        return self.should_create_issue or self.should_update_existing is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCategorization:
    """Where it belongs (mission.md, IssueCategorization)."""

    severity: Severity
    type: IssueType
    # From the service catalogue; "unknown" when nothing tells.
    component: str
    labels: tuple[str, ...]
    assign_team: str | None
    # Why this severity, type and component, one sentence each.
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    validation: ValidationResult
    categorization: IssueCategorization
    reasons: tuple[Reason, ...]
    version: int = VERDICT_VERSION
