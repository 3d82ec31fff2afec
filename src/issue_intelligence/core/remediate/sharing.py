"""When an attempt that another incident of the same service had made speaks for this one too."""

from dataclasses import replace
from datetime import datetime

from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.remediate.guardrails import LONGEST_UNDER_WAY, GuardrailName, Refusal
from issue_intelligence.core.remediate.watch import WATCH

# What forbids a second restart and not the first.
_ONE_IS_ENOUGH = (GuardrailName.UNDER_WAY, GuardrailName.COOL_DOWN)


def may_share(
    forbidding: tuple[Refusal, ...],
    *,
    begun_at: datetime,
    result: RemediationResult | None,
    alert_began_at: datetime,
    now: datetime,
) -> bool:
    """Tell whether the newest attempt was made for the same trouble: two rules often see one fault.

    `forbidding` is what forbids an attempt of its own, empty for nothing; `result` is what came of
    the other, None while it is under way. An alert that began after its proof is about something
    that came later.
    """
    if any(refusal.guardrail not in _ONE_IS_ENOUGH for refusal in forbidding):
        return False
    if result is None:
        return now - begun_at < LONGEST_UNDER_WAY
    if result.finished_at is None:
        return False
    return alert_began_at <= result.finished_at and now < result.finished_at + WATCH


def shared_result(result: RemediationResult, service: str) -> RemediationResult:
    """Tell the other incident's result as this one's."""
    return replace(
        result, reason=f"It was made for another alert of {service} at the same time. {result.reason}"
    )
