"""The rules of architecture.md 7, in their order. Each says what it concludes and why, or nothing."""

from collections.abc import Callable
from dataclasses import replace

from issue_intelligence.core.decide import facts
from issue_intelligence.core.decide.confidence import missing_worth, weight
from issue_intelligence.core.decide.error_signs import any_error, only_client_errors, tells_of_rise
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.investigate.known_issues import share_explained
from issue_intelligence.core.model.alert import AlertSeverity
from issue_intelligence.core.model.evidence import EvidenceStatus
from issue_intelligence.core.model.logs import LogLevel
from issue_intelligence.core.model.verdict import Conclusion, Reason, RuleName

Rule = Callable[[RuleInput], Reason | None]


def _reason(rule: RuleName, conclusion: Conclusion, text: str, *, worth: float | None = None) -> Reason:
    return Reason(rule=rule, conclusion=conclusion, text=text, weight=weight(rule, conclusion, worth))


def monitoring_fault(given: RuleInput) -> Reason | None:
    """All alerts speak of the monitoring itself; one about the service beside them is worth a look."""
    faults = [context.monitoring_fault for context in given.contexts]
    if any(fault is None for fault in faults):
        return None
    words = " and ".join(sorted({str(fault).replace("_", " ") for fault in faults}))
    text = f"The alert rule itself has a fault ({words}), so it says nothing about the service."
    return _reason(RuleName.MONITORING_FAULT, Conclusion.MONITORING, text)


def suppressed(given: RuleInput) -> Reason | None:
    """An excuse holds. The alert is kept and visible, and looked at again when the excuse ends."""
    if given.suppression is None:
        return None
    until = given.suppression.until
    end = f"until {until:%Y-%m-%d %H:%M} UTC" if until else "with no known end"
    text = f"An excuse holds {end}: {given.suppression.text}."
    return _reason(RuleName.SUPPRESSED, Conclusion.SUPPRESSED, text)


def known_not_an_issue(given: RuleInput) -> Reason | None:
    """Known entries explain every error, and the service does not suffer.

    Without any error to explain, a match in the alert's own text is enough, unless the logs
    could not be read: then nobody knows what else happened.
    """
    entries = facts.harmless_entries(given)
    if not entries or facts.service_impact(given, explained_by=entries):
        return None
    logs = facts.logs_of(given)
    share = share_explained(entries, logs) if logs else None
    if share is None:
        evidence = given.investigation.logs
        if evidence is not None and evidence.status is EvidenceStatus.FAILED:
            return None
        explained = "the alert's own text"
    elif share < 1:
        return None
    else:
        explained = "every error in the log"
    titles = ", ".join(f'"{entry.title}"' for entry in entries)
    text = (
        f"Known not to be a problem of the service: {titles} explains {explained},"
        " and nothing shows that the service suffers."
    )
    return _reason(RuleName.KNOWN_NOT_AN_ISSUE, Conclusion.NOT_REAL, text)


def health_failed(given: RuleInput) -> Reason | None:
    """A health check failed, and there is any error: logged, counted, or told by the alert."""
    failed, error = facts.failed_health(given), any_error(given)
    if not failed or error is None:
        return None
    text = f"A health check failed ({'; '.join(failed)}), and {error}."
    return _reason(RuleName.HEALTH_FAILED, Conclusion.REAL, text)


def critical_with_stack_trace(given: RuleInput) -> Reason | None:
    """Critical is what the alert's rule calls so, or the log itself calls fatal."""
    traces, logs = facts.telling_traces(given), facts.logs_of(given)
    alert = any(context.severity is AlertSeverity.CRITICAL for context in given.contexts)
    fatal = logs is not None and any(each.level is LogLevel.FATAL for each in logs.patterns)
    if not traces or not (alert or fatal):
        return None
    who = "The alert is critical" if alert else "The log has fatal errors"
    text = f"{who}, and the log has a stack trace: {traces[0].exception}."
    return _reason(RuleName.CRITICAL_WITH_STACK_TRACE, Conclusion.REAL, text)


def sustained_errors(given: RuleInput) -> Reason | None:
    """At least the threshold within five minutes, unless the errors are the callers' own."""
    count, least = facts.errors_in_five_minutes(given), given.thresholds.min_error_count
    if count is None or count < max(1, least) or user_error(given) is not None:
        return None
    text = f"{count} errors within five minutes; {least} are enough."
    return _reason(RuleName.SUSTAINED_ERRORS, Conclusion.REAL, text)


def above_baseline(given: RuleInput) -> Reason | None:
    """Errors, their share of the requests or the response time are more than twice what is usual."""
    rises = facts.rises(given)
    if not rises:
        return None
    text = f"More than twice the baseline: {'; '.join(rises)}."
    return _reason(RuleName.ABOVE_BASELINE, Conclusion.REAL, text)


def single_with_stack_trace(given: RuleInput) -> Reason | None:
    """Fewer errors than the threshold, but at least one with a stack trace."""
    traces = facts.telling_traces(given)
    count = facts.errors_in_five_minutes(given)
    few = count is None or count < max(2, given.thresholds.min_error_count)
    if not given.thresholds.create_issue_on_single_error_with_stack_trace or not traces or not few:
        return None
    trace = traces[0]
    where = f" at {trace.culprit}" if trace.culprit else ""
    text = f"Few errors, but with a stack trace: {trace.exception}{where}."
    return _reason(RuleName.SINGLE_WITH_STACK_TRACE, Conclusion.POSSIBLE, text)


def user_error(given: RuleInput) -> Reason | None:
    """Only 4xx other than 429, health known to be good, no stack trace, no rise.

    An unknown baseline counts as no rise, unless an alert's name itself speaks of one.
    """
    client, health = only_client_errors(given), facts.health_of(given)
    good = health is not None and health.api_responsive is True and not facts.failed_health(given)
    if client is None or not good or facts.stack_traces(given):
        return None
    if facts.rises(given) or tells_of_rise(given):
        return None
    text = (
        f"Only callers' own errors: {client} requests answered 4xx and none 5xx, while the service is well."
    )
    return _reason(RuleName.USER_ERROR, Conclusion.NOT_REAL, text)


def evidence_missing(given: RuleInput) -> Reason | None:
    """A collector failed, and nothing else speaks; the reason names what is missing."""
    failed = facts.failed_collectors(given)
    if not failed:
        return None
    what = "; ".join(f"{name.replace('_', ' ')} ({error or 'no answer'})" for name, error in failed)
    text = f"Decided without {what}."
    return _reason(RuleName.EVIDENCE_MISSING, Conclusion.POSSIBLE, text, worth=missing_worth(given))


def unconfirmed(given: RuleInput) -> Reason | None:
    """Always holds, so that there is always a decision."""
    names = ", ".join(sorted({context.alert_name for context in given.contexts}))
    text = f"Nothing that was looked at confirms {names} or speaks against it."
    return _reason(RuleName.UNCONFIRMED, Conclusion.UNCONFIRMED, text)


def only_information(given: RuleInput) -> Reason | None:
    """The alerts' own rules call it a mere information."""
    if any(context.severity is not AlertSeverity.INFO for context in given.contexts):
        return None
    text = "The alert's own rule calls it a mere information."
    return _reason(RuleName.ONLY_INFORMATION, Conclusion.NOT_REAL, text)


def all_well(given: RuleInput) -> Reason | None:
    """The service answers its health checks, and its log, which was read, has no error."""
    health, logs = facts.health_of(given), facts.logs_of(given)
    if health is None or health.api_responsive is not True or facts.failed_health(given):
        return None
    if logs is None or not logs.lines or logs.error_lines or logs.stack_traces or facts.rises(given):
        return None
    text = "The service answers its health checks, and its log has no error."
    return _reason(RuleName.ALL_WELL, Conclusion.NOT_REAL, text)


# The first that holds decides; later ones still say theirs.
RULES: tuple[Rule, ...] = (
    monitoring_fault,
    suppressed,
    known_not_an_issue,
    health_failed,
    critical_with_stack_trace,
    sustained_errors,
    above_baseline,
    single_with_stack_trace,
    user_error,
    evidence_missing,
    unconfirmed,
)


# They never decide.
SIGNS: tuple[Rule, ...] = (only_information, all_well)


def reasons_for(given: RuleInput) -> tuple[Reason, ...]:
    """Ask all rules, then all signs; the first reason is the decisive one.

    That nothing confirms the alert is said only when no other rule spoke.
    """
    spoken = [reason for rule in RULES if (reason := rule(given)) is not None]
    if len(spoken) > 1:
        spoken = [reason for reason in spoken if reason.rule is not RuleName.UNCONFIRMED]
    first, *others = spoken
    signs = [reason for sign in SIGNS if (reason := sign(given)) is not None]
    return (replace(first, decisive=True), *others, *signs)
