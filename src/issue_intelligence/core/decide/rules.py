"""The rules of architecture.md 7, in their order. Each says what it concludes and why, or nothing."""

from collections.abc import Callable
from dataclasses import replace

from issue_intelligence.core.decide import facts
from issue_intelligence.core.decide.confidence import missing_worth, reason_of
from issue_intelligence.core.decide.error_signs import (
    any_error,
    is_test,
    only_client_errors,
    tells_of_memory,
    tells_of_rise,
)
from issue_intelligence.core.decide.inputs import ExcuseKind, RuleInput
from issue_intelligence.core.decide.signs import SIGNS, numbers_as_usual
from issue_intelligence.core.investigate.known_issues import share_explained
from issue_intelligence.core.model.alert import AlertSeverity
from issue_intelligence.core.model.evidence import EvidenceStatus
from issue_intelligence.core.model.logs import LogLevel
from issue_intelligence.core.model.verdict import Conclusion, Reason, RuleName

# Of the memory that a service may use.
NEARLY_FULL_PERCENT = 90
# So often must the same cause have turned out to be nothing before its next time is taken for nothing.
TIMES_SEEN = 3

Rule = Callable[[RuleInput], Reason | None]


def monitoring_fault(given: RuleInput) -> Reason | None:
    """All alerts speak of the monitoring itself; one about the service beside them is worth a look."""
    faults = [context.monitoring_fault for context in given.contexts]
    if any(fault is None for fault in faults):
        return None
    words = " and ".join(sorted({str(fault).replace("_", " ") for fault in faults}))
    text = f"The alert rule itself has a fault ({words}), so it says nothing about the service."
    return reason_of(RuleName.MONITORING_FAULT, Conclusion.MONITORING, text)


def test_notification(given: RuleInput) -> Reason | None:
    """Somebody tries out the contact point: Grafana sends an alert of its own, about nothing."""
    if not all(is_test(context) for context in given.contexts):
        return None
    text = "Somebody tries out the contact point; the alert is about nothing."
    return reason_of(RuleName.TEST_NOTIFICATION, Conclusion.NOT_REAL, text)


def suppressed(given: RuleInput) -> Reason | None:
    """An excuse holds. The alert is kept and visible, and looked at again when the excuse ends."""
    if given.suppression is None or given.suppression.kind is ExcuseKind.SELF_RESOLVED:
        return None
    until = given.suppression.until
    end = f"until {until:%Y-%m-%d %H:%M} UTC" if until else "with no known end"
    text = f"An excuse holds {end}: {given.suppression.text}."
    return reason_of(RuleName.SUPPRESSED, Conclusion.SUPPRESSED, text)


def recurring_short_failure(given: RuleInput) -> Reason | None:
    """Each time it was over before anybody could have looked, and yet it comes again and again."""
    excuse = given.suppression
    if excuse is None or excuse.kind is not ExcuseKind.SELF_RESOLVED or not excuse.recurred:
        return None
    text = f"A short failure that recurs: {excuse.recurred} times within 24 hours it {excuse.text}."
    return Reason(rule=RuleName.RECURRING_SHORT_FAILURE, conclusion=Conclusion.POSSIBLE, text=text, weight=75)


def self_resolved(given: RuleInput) -> Reason | None:
    """Over before anybody could have looked, and no lasting harm."""
    excuse = given.suppression
    if excuse is None or excuse.kind is not ExcuseKind.SELF_RESOLVED or excuse.recurred:
        return None
    text = f"It {excuse.text}."
    return reason_of(RuleName.SELF_RESOLVED, Conclusion.NOT_REAL, text)


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
    return reason_of(RuleName.KNOWN_NOT_AN_ISSUE, Conclusion.NOT_REAL, text)


def health_failed(given: RuleInput) -> Reason | None:
    """A health check failed, and there is any error: logged, counted, or told by the alert."""
    failed, error = facts.failed_health(given), any_error(given)
    if not failed or error is None:
        return None
    text = f"A health check failed ({'; '.join(failed)}), and {error}."
    return reason_of(RuleName.HEALTH_FAILED, Conclusion.REAL, text)


def critical_with_stack_trace(given: RuleInput) -> Reason | None:
    """Critical is what the alert's rule calls so, or the log itself calls fatal."""
    traces, logs = facts.telling_traces(given), facts.logs_of(given)
    alert = any(context.severity is AlertSeverity.CRITICAL for context in given.contexts)
    fatal = logs is not None and any(each.level is LogLevel.FATAL for each in logs.patterns)
    if not traces or not (alert or fatal):
        return None
    who = "The alert is critical" if alert else "The log has fatal errors"
    text = f"{who}, and the log has a stack trace: {traces[0].exception}."
    return reason_of(RuleName.CRITICAL_WITH_STACK_TRACE, Conclusion.REAL, text)


def sustained_errors(given: RuleInput) -> Reason | None:
    """At least the threshold within five minutes, unless one of the next two explains them.

    A request that was turned away with 429 is an error: we fail a caller who did nothing wrong.
    """
    least = given.thresholds.min_error_count
    if user_error(given) is not None or seen_not_real(given) is not None:
        return None
    count, turned_away = facts.errors_in_five_minutes(given), facts.requests_with(given, "429")
    if count is not None and count >= max(1, least):
        text = f"{count} errors within five minutes; {least} are enough."
    elif turned_away is not None and turned_away >= max(1, least):
        text = f"{turned_away} requests were turned away with 429; {least} are enough."
    else:
        return None
    return reason_of(RuleName.SUSTAINED_ERRORS, Conclusion.REAL, text)


def above_baseline(given: RuleInput) -> Reason | None:
    """Errors, their share of the requests or the response time are more than twice what is usual."""
    rises = facts.rises(given)
    if not rises:
        return None
    volume = facts.log_volume_rise(given)
    told = "; ".join((*rises, *((volume,) if volume else ())))
    text = f"More than twice the baseline: {told}."
    return reason_of(RuleName.ABOVE_BASELINE, Conclusion.REAL, text)


def memory_nearly_full(given: RuleInput) -> Reason | None:
    """Over 90 % of the memory is in use (mission.md), and the alert speaks of memory or of restarts."""
    metrics = facts.metrics_of(given)
    share = metrics.memory_percent if metrics else None
    if share is None or share <= NEARLY_FULL_PERCENT or not any(map(tells_of_memory, given.contexts)):
        return None
    text = f"{share:.0f} % of the memory is in use."
    return reason_of(RuleName.MEMORY_NEARLY_FULL, Conclusion.REAL, text)


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
    return reason_of(RuleName.SINGLE_WITH_STACK_TRACE, Conclusion.POSSIBLE, text)


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
        f"{_no_baseline(given)}"
    )
    return reason_of(RuleName.USER_ERROR, Conclusion.NOT_REAL, text)


def seen_not_real(given: RuleInput) -> Reason | None:
    """The same cause came before, was never found to be real, and the service does not suffer now."""
    history = facts.history_of(given)
    if history is None or not history.found_not_real or history.found_real or history.open_github_issue:
        return None
    if history.found_not_real < TIMES_SEEN or facts.service_impact(given) or facts.rises(given):
        return None
    health = facts.health_of(given)
    if health is None or health.api_responsive is not True:
        return None
    text = (
        f"The same came {history.found_not_real} times before and was not a problem, and nothing shows that"
        " the service suffers."
    )
    return reason_of(RuleName.SEEN_NOT_REAL, Conclusion.NOT_REAL, text)


def critical_alert(given: RuleInput) -> Reason | None:
    """The alert's rule calls it critical, and nothing that was looked at says that all is as usual.

    Some faults leave no error and no failed health check: a replica that lags, a worker killed for memory
    and started again. A service whose numbers are as usual and whose log is quiet speaks against it.
    """
    critical = [each for each in given.contexts if each.severity is AlertSeverity.CRITICAL]
    # What is missing has a rule of its own, and says more.
    if (
        not critical
        or facts.is_telling_missing(given)
        or (numbers_as_usual(given) is not None and not facts.keeps_warning(given))
    ):
        return None
    names = ", ".join(sorted({each.alert_name for each in critical}))
    quiet = "its log keeps warning" if facts.keeps_warning(given) else "no number says that all is as usual"
    text = f"{names} is critical by its own rule, and {quiet}."
    return reason_of(RuleName.CRITICAL_ALERT, Conclusion.POSSIBLE, text)


def nothing_gathered(given: RuleInput) -> Reason | None:
    """No log, no metrics and no health could tell anything, so the alert's own word stands."""
    alone = not facts.was_anything_gathered(given)
    if not alone or all(each.severity is AlertSeverity.INFO for each in given.contexts):
        return None
    text = "Nothing could be looked at: no source of logs, metrics or health is set up for this service."
    return reason_of(RuleName.NOTHING_GATHERED, Conclusion.POSSIBLE, text)


def evidence_missing(given: RuleInput) -> Reason | None:
    """A collector failed, and nothing else speaks; the reason names what is missing."""
    failed = facts.failed_collectors(given)
    if not failed:
        return None
    what = "; ".join(f"{name.replace('_', ' ')} ({error or 'no answer'})" for name, error in failed)
    text = f"Decided without {what}."
    return reason_of(RuleName.EVIDENCE_MISSING, Conclusion.POSSIBLE, text, worth=missing_worth(given))


def unconfirmed(given: RuleInput) -> Reason | None:
    """Always holds, so that there is always a decision."""
    names = ", ".join(sorted({context.alert_name for context in given.contexts}))
    text = f"Nothing that was looked at confirms {names} or speaks against it.{_no_baseline(given)}"
    return reason_of(RuleName.UNCONFIRMED, Conclusion.UNCONFIRMED, text)


def _no_baseline(given: RuleInput) -> str:
    missing = facts.without_baseline(given)
    return f" There is no baseline yet for {' and '.join(missing)}." if missing else ""


# The first that holds decides; later ones still say theirs.
RULES: tuple[Rule, ...] = (
    test_notification,
    monitoring_fault,
    suppressed,
    recurring_short_failure,
    self_resolved,
    known_not_an_issue,
    health_failed,
    critical_with_stack_trace,
    sustained_errors,
    above_baseline,
    memory_nearly_full,
    single_with_stack_trace,
    user_error,
    seen_not_real,
    critical_alert,
    evidence_missing,
    nothing_gathered,
    unconfirmed,
)


_LAST_RESORTS = (RuleName.CRITICAL_ALERT, RuleName.NOTHING_GATHERED, RuleName.UNCONFIRMED)


def reasons_for(given: RuleInput) -> tuple[Reason, ...]:
    """Ask all rules, then all signs; the first reason is the decisive one.

    What holds for want of better evidence is said only when it decides.
    """
    spoken = [reason for rule in RULES if (reason := rule(given)) is not None]
    first, *others = [each for at, each in enumerate(spoken) if at == 0 or each.rule not in _LAST_RESORTS]
    signs = [reason for sign in SIGNS if (reason := sign(given)) is not None]
    text = f"{first.text} {given.outlived}" if given.outlived else first.text
    return (replace(first, text=text, decisive=True), *others, *signs)
