"""Signs: they never decide, and make us surer or less sure of what the rules conclude."""

from collections.abc import Callable

from issue_intelligence.core.decide import facts
from issue_intelligence.core.decide.confidence import reason_of
from issue_intelligence.core.decide.error_signs import NOTICEABLE_RATE
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.model.alert import AlertSeverity
from issue_intelligence.core.model.verdict import Conclusion, Reason, RuleName

Sign = Callable[[RuleInput], Reason | None]


def only_information(given: RuleInput) -> Reason | None:
    """The alerts' own rules call it a mere information."""
    if any(context.severity is not AlertSeverity.INFO for context in given.contexts):
        return None
    text = "The alert's own rule calls it a mere information."
    return reason_of(RuleName.ONLY_INFORMATION, Conclusion.NOT_REAL, text)


def all_well(given: RuleInput) -> Reason | None:
    """The service answers its health checks, and its log, which was read, is quiet."""
    health, logs = facts.health_of(given), facts.logs_of(given)
    if health is None or health.api_responsive is not True or facts.failed_health(given):
        return None
    if logs is None or not logs.lines or logs.error_lines or logs.stack_traces:
        return None
    if facts.rises(given) or facts.keeps_warning(given):
        return None
    text = "The service answers its health checks, and its log is quiet."
    return reason_of(RuleName.ALL_WELL, Conclusion.NOT_REAL, text)


def numbers_as_usual(given: RuleInput) -> Reason | None:
    """The share of failed requests is known, small and no larger than usual; so is the response time."""
    metrics = facts.metrics_of(given)
    if metrics is None or facts.rises(given) or facts.requests_with(given, "429"):
        return None
    rate, usual = facts.measured_error_rate(given), metrics.baseline_error_rate
    if rate is None or usual is None or rate > NOTICEABLE_RATE:
        return None
    text = f"{rate * 100:.2g} % of the requests fail, as usual."
    return reason_of(RuleName.NUMBERS_AS_USUAL, Conclusion.NOT_REAL, text)


SIGNS: tuple[Sign, ...] = (only_information, all_well, numbers_as_usual)
