"""Is there an error at all, and are the errors the callers' own."""

import re

from issue_intelligence.core.decide.facts import (
    errors_in_five_minutes,
    health_of,
    logs_of,
    measured_error_rate,
    metrics_of,
    requests_with,
    stack_traces,
)
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.decide.words import contains_any, words_of
from issue_intelligence.core.investigate.known_issues import searched_messages
from issue_intelligence.core.model.alert import AlertContext

_ERROR_WORDS = (
    "error", "errors", "5xx", "500", "exception", "exceptions", "fail", "fails", "failed", "failure",
    "failures", "failing", "crash", "crashes", "crashed", "crashloop", "down", "unavailable", "unreachable",
    "unresponsive", "outage", "refused", "panic",
)  # fmt: skip
_RISE_WORDS = ("spike", "spikes", "surge", "increase", "increased", "anomaly")
_MEMORY_WORDS = (
    "memory", "heap", "oom", "oomkilled", "swap", "restart", "restarts", "restarted", "restarting", "killed",
    "crash", "crashes", "crashed", "crashloop",
)  # fmt: skip
# The mission's limit for a severity above low.
NOTICEABLE_RATE = 0.01
# The caller's own: 4xx without 429, which says that we turn callers away.
_CLIENT_ERROR = re.compile(
    r"\b(?:Not ?Found(?:Error|Exception)?|Bad ?Request(?:Error|Exception)?|Unprocessable ?Entity"
    r"|Method ?Not ?Allowed|(?:Request)?Validation(?:Error|Exception)|Forbidden(?:Error|Exception)?"
    r"|Unauthorized(?:Error|Exception)?|wrong password|invalid (?:password|credentials)|no route matches"
    r"|RoutingError)\b",
    re.IGNORECASE,
)
_CLIENT_STATUS = re.compile(r"(?<![\w.:-])4(?!29)\d\d(?![\w.:-]*\d|\s?ms\b)")


def is_error_alert(context: AlertContext) -> bool:
    """Tell whether the alert itself speaks of errors.

    Its name or texts say so, or it carries a count of errors. A threshold on memory or time
    is no error by itself.
    """
    if context.metrics.error_count:
        return True
    return contains_any(words_of(context.alert_name, context.summary), _ERROR_WORDS)


def any_error(given: RuleInput) -> str | None:
    """Say the plainest sign of an error, as half a sentence; None when there is none.

    A service that does not respond is an error in itself, because it writes no log lines while
    it is down. The alert counts only if it speaks of errors.
    """
    logs, metrics, health = logs_of(given), metrics_of(given), health_of(given)
    logged = logs.error_lines if logs else 0
    counted = max(logged, (metrics.error_count if metrics else None) or 0)
    if counted:
        return "there is an error" if counted == 1 else f"there are {counted} errors"
    if stack_traces(given):
        return "the log has stack traces"
    if failed := requests_with(given, "5xx"):
        return "a request was answered 5xx" if failed == 1 else f"{failed} requests were answered 5xx"
    if rate := measured_error_rate(given):
        return f"{rate * 100:.2g} % of the requests fail"
    if health is not None and health.api_responsive is False:
        return "the service does not respond"
    speaking = next((each for each in given.contexts if is_error_alert(each)), None)
    return f"the alert {speaking.alert_name} speaks of errors" if speaking else None


def is_test(context: AlertContext) -> bool:
    """Tell whether it is what Grafana sends to try out a contact point (alertname "TestAlert")."""
    told = (context.summary or context.description).strip().casefold()
    return context.alert_name == "TestAlert" and told in ("", "notification test")


def tells_of_memory(context: AlertContext) -> bool:
    """Tell whether the alert speaks of memory, or of what comes of having none left."""
    return contains_any(words_of(context.alert_name, context.summary), _MEMORY_WORDS)


def tells_of_rise(given: RuleInput) -> bool:
    """Tell whether an alert's name itself speaks of a rise: "AuthFailureSpike"."""
    return any(contains_any(words_of(each.alert_name), _RISE_WORDS) for each in given.contexts)


def only_client_errors(given: RuleInput) -> int | None:
    """Count the requests that failed by the callers' own doing; None when anything else went wrong.

    Each logged error must name a 4xx status, or what callers do wrong, itself: errors that merely stand
    beside 4xx requests are ours.
    """
    client = requests_with(given, "4xx")
    if not client or requests_with(given, "5xx") or requests_with(given, "429"):
        return None
    # Another source counts failures that the log of requests does not show.
    if (measured_error_rate(given) or 0) > NOTICEABLE_RATE:
        return None
    logs = logs_of(given)
    messages = searched_messages(logs) if logs and logs.error_lines else ()
    if any(not _is_callers_own(text) for text, _ in messages):
        return None
    # An alert that counted more errors than callers caused has seen something else.
    return client if (errors_in_five_minutes(given) or 0) <= client else None


def _is_callers_own(text: str) -> bool:
    return bool(_CLIENT_STATUS.search(text) or _CLIENT_ERROR.search(text))
