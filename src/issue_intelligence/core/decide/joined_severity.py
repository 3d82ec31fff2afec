"""An incident is at least as severe as the worst that is part of it."""

from collections.abc import Sequence
from dataclasses import replace

from issue_intelligence.core.model.correlation import Member
from issue_intelligence.core.model.verdict import Severity, Verdict

_FROM_WORST = tuple(Severity)


def with_members(verdict: Verdict, members: Sequence[Member]) -> Verdict:
    """Raise the severity to that of the worst member, with the reason; never lower it."""
    known = [(each.severity, each) for each in members if each.severity is not None]
    if not known:
        return verdict
    worst, member = min(known, key=lambda pair: (_FROM_WORST.index(pair[0]), pair[1].id))
    category = verdict.categorization
    if _FROM_WORST.index(worst) >= _FROM_WORST.index(category.severity):
        return verdict
    reason = f"Severity {worst.value}: that of {member.alert_name} of {member.service}, which is part of it."
    return replace(
        verdict, categorization=replace(category, severity=worst, reasons=(*category.reasons, reason))
    )
