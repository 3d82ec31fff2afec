"""Writes an attempt down as the mission's RemediationResult."""

from collections.abc import Iterator
from datetime import datetime

from issue_intelligence.core.model.remediation import ActionReport, Outcome, RemediationResult, ServiceLook
from issue_intelligence.core.remediate.proof import Judgement


def attempted_result(
    action: str,
    command: ActionReport,
    judged: Judgement,
    *,
    known_issue_id: str | None,
    started_at: datetime,
    performed_at: datetime,
    before: ServiceLook,
    after: ServiceLook,
) -> RemediationResult:
    """Give the result of an attempt whose proof is complete; what did not help belongs into an issue."""
    helped = judged.outcome is Outcome.HELPED
    return RemediationResult(
        attempted=True,
        success=helped,
        action=action,
        logs=tuple(_logs(action, command, started_at, performed_at, after)),
        should_create_issue=not helped,
        outcome=judged.outcome,
        reason=judged.reason,
        started_at=started_at,
        finished_at=after.at,
        before=before,
        after=after,
        known_issue_id=known_issue_id,
    )


def _logs(
    action: str, command: ActionReport, started_at: datetime, performed_at: datetime, after: ServiceLook
) -> Iterator[str]:
    yield f"{started_at:%H:%M:%S} {action} begun"
    yield from (f"  {line}" for line in command.output)
    yield f"{performed_at:%H:%M:%S} {_ending(command)}"
    health = {None: "not known", True: "good", False: "failing"}[after.healthy]
    yield f"{after.at:%H:%M:%S} health {health}{f': {after.health_detail}' if after.health_detail else ''}"


def _ending(command: ActionReport) -> str:
    if command.lost:
        return "cut off; how the command ended is not known"
    if command.timed_out:
        return f"ended by us after {command.seconds:.0f} s"
    if command.problem:
        return f"not run: {command.problem}"
    return f"exit code {command.exit_code} after {command.seconds:.1f} s"


def look_words(look: ServiceLook) -> str:
    """Write a look for people: "health failing (answered 503), 31 errors in 120 s"."""
    health = {None: "health not known", True: "health good", False: "health failing"}[look.healthy]
    parts = [health + (f" ({look.health_detail})" if look.health_detail else "")]
    if look.errors is None:
        parts.append(f"errors not known ({look.log_note})" if look.log_note else "errors not known")
    else:
        parts.append(f"{look.errors:,} errors in {look.span_seconds:.0f} s")
    if look.error_rate is not None:
        parts.append(f"{look.error_rate:.0%} of requests failing")
    return ", ".join(parts)
