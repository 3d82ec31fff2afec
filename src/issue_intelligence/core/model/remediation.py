"""What we did about it ourselves, and whether it helped."""

from dataclasses import dataclass
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
