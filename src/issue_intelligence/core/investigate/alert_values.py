"""What the values of an alert rule mean, as far as the alert's own words tell. In doubt: nothing."""

import math
import re
from collections.abc import Mapping

from issue_intelligence.core.model.alert import AlertContext

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[a-z0-9]+|%")
# "for 60s" and "in the last 5 minutes" speak of the rule's window and not of what it measures.
_WINDOW = re.compile(
    r"\b(?:for|in|within|past|last|every)\s+(?:the\s+)?(?:last\s+)?\d+\s{0,3}[a-z]+", re.IGNORECASE
)
_UNIT_AT_NUMBER = re.compile(r"(?<=\d)\s{0,3}(ms|s)\b")
_UNIT_WORDS = {"ms": " milliseconds", "s": " seconds"}
_FAILURES = {"error", "errors", "5xx", "failure", "failures", "failed"}
_PERCENT = {"percent", "percentage", "pct", "%"}
_RATIO = {"ratio", "fraction", "share"}
_DURATION = {"latency", "duration", "slow"}
_SECONDS = {"sec", "second", "seconds"}
_MILLISECONDS = {"ms", "millisecond", "milliseconds"}


def error_rate_of_alert(context: AlertContext, values: Mapping[str, float] | None) -> float | None:
    """Give the failed share of all requests, 0 to 1; None unless the alert's words say so.

    "Error rate" alone may mean errors a second, so the words must also name the unit. A value below 1
    beside a word for percent may be either: many rules compare a ratio and write "5 %" for people.
    """
    words = _words(context)
    if not words & _FAILURES:
        return None
    value = _measured(values)
    if value is None:
        return None
    if words & _RATIO and not words & _PERCENT and 0 <= value <= 1:
        return value
    if words & _PERCENT and not words & _RATIO and 1 < value <= 100:
        return value / 100
    return None


def mean_seconds_of_alert(context: AlertContext, values: Mapping[str, float] | None) -> float | None:
    """Give the response time; None unless the alert's words name both the time and its unit."""
    words = _words(context)
    if not (words & _DURATION or {"response", "time"} <= words):
        return None
    value = _measured(values)
    if value is None or value < 0:
        return None
    if words & _MILLISECONDS and not words & _SECONDS:
        return value / 1_000
    if words & _SECONDS and not words & _MILLISECONDS:
        return value
    return None


def _words(context: AlertContext) -> set[str]:
    # Only names carry units in camel case: "ResponseTimeSeconds".
    name = _CAMEL.sub(" ", context.alert_name)
    text = _WINDOW.sub(" ", f"{context.summary} {context.description}")
    text = _UNIT_AT_NUMBER.sub(lambda match: _UNIT_WORDS[match[1]], text)
    return set(_WORD.findall(f"{name} {text}".lower()))


def _measured(values: Mapping[str, float] | None) -> float | None:
    """Give the one measured value; None when several differ.

    Threshold expressions answer 0 or 1 beside the measured value, so these two are left out.
    """
    measured = {
        value for value in (values or {}).values() if math.isfinite(value) and value not in {0.0, 1.0}
    }
    return measured.pop() if len(measured) == 1 else None
