"""What we did about it ourselves, and whether it helped."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What an action did."""

    HELPED = "helped"
    NO_CHANGE = "no_change"
    WORSE = "worse"
    # A guardrail forbade it, or nothing is configured that could do it.
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLook:
    """How a service did in a span of time that ends at `at`. None means: not known."""

    at: datetime
    # False when a health check failed.
    healthy: bool | None
    # One sentence part for people: "answered 503".
    health_detail: str
    # Error lines in the span; None when the log was not read, or has no line at all.
    errors: int | None
    # How long errors were counted, up to `at`; over 0.
    span_seconds: float
    # 5xx of all requests, 0 to 1.
    error_rate: float | None = None
    # Why the log tells nothing; "" when it does.
    log_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionReport:
    """What performing the action came to, as far as the one who performed it can tell."""

    # None when it was ended by us, could not be started, or nobody knows.
    exit_code: int | None
    # What it said, the middle left out when it was much.
    output: tuple[str, ...]
    seconds: float
    timed_out: bool = False
    # Why it did not run or nobody knows how it ended; "" when it ran to its end.
    problem: str = ""
    # We were cut off while it ran, so only the proof can tell.
    lost: bool = False

    @property
    def failed(self) -> bool:
        """It says so, or it could not be started; one that ran too long, or got lost, may have worked."""
        return not self.timed_out and not self.lost and self.exit_code != 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RemediationResult:
    """mission.md, RemediationResult."""

    attempted: bool
    success: bool
    # The runbook's name: "restart"; "" when none was considered.
    action: str
    logs: tuple[str, ...]
    should_create_issue: bool
    outcome: Outcome | None
    # One sentence for people.
    reason: str
    # Of an attempt: when it was begun, and when its proof was complete.
    started_at: datetime | None = None
    finished_at: datetime | None = None
    before: ServiceLook | None = None
    after: ServiceLook | None = None
    known_issue_id: str | None = None
