"""The identity of a cause: incidents with the same key share one issue, whichever alert rule saw them."""

import hashlib
import json
from collections.abc import Sequence

from issue_intelligence.core.investigate.known_issues import share_explained
from issue_intelligence.core.investigate.unexplained import without_explained
from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.core.model.logs import LogAnalysis, RankedError

# Part of every key. Raise it when the recipe changes, and keep the old keys of open issues.
_KEY_VERSION = "1"
_KEY_HEX_DIGITS = 32
# A known issue that explains this much of the errors is the cause, wherever in the code they surface.
_MOST = 0.5


def issue_key(
    service: str,
    environment: str,
    alert_name: str,
    analysis: LogAnalysis | None,
    *,
    known_issue: KnownIssue | None,
    harmless: Sequence[KnownIssue] = (),
    monitoring_fault: bool = False,
) -> str:
    """Give the key, 32 hex digits, of the most telling trait that is known.

    That is the known issue that explains most of the errors, else the first of the ranked errors: its
    stack trace in the service's own code, else its pattern; without errors the alert's name. A
    monitoring fault is always its alert rule's. `harmless` are matched known issues that are no problem
    (facts.harmless_entries): beside a real problem, their errors tell nothing about it.
    """
    if analysis is not None:
        analysis = without_explained(analysis, harmless)
    trait = ("monitoring", alert_name) if monitoring_fault else _trait(alert_name, analysis, known_issue)
    parts = [_KEY_VERSION, service, environment, *trait]
    # JSON keeps the parts apart whatever characters they hold.
    text = json.dumps(parts, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:_KEY_HEX_DIGITS]


def _trait(alert_name: str, analysis: LogAnalysis | None, known: KnownIssue | None) -> tuple[str, str]:
    if known is not None and _is_the_cause(known, analysis):
        return "known_issue", known.id
    if analysis is not None and analysis.errors:
        return _trait_of(analysis, analysis.errors[0])
    if analysis is not None:
        # Evidence of earlier releases, without ranked errors.
        for trace in analysis.stack_traces:
            if any(frame.in_app for frame in trace.frames):
                return "stack_trace", trace.fingerprint
        if analysis.error_pattern is not None:
            return "pattern", _pattern_fingerprint(analysis, analysis.error_pattern)
    return "alert", alert_name


def _trait_of(analysis: LogAnalysis, top: RankedError) -> tuple[str, str]:
    trace = next((each for each in analysis.stack_traces if each.fingerprint == top.fingerprint), None)
    if trace is not None and any(frame.in_app for frame in trace.frames):
        return "stack_trace", trace.fingerprint
    return "pattern", top.fingerprint


def _is_the_cause(known: KnownIssue, analysis: LogAnalysis | None) -> bool:
    share = share_explained((known,), analysis) if analysis is not None else None
    # Without a logged error, only the alert's own text matched, and nothing speaks against it.
    return share is None or share >= _MOST


def _pattern_fingerprint(analysis: LogAnalysis, error_pattern: str) -> str:
    found = (each.fingerprint for each in analysis.patterns if each.pattern == error_pattern)
    return next(found, error_pattern)
