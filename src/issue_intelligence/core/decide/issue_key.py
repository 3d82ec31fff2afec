"""The identity of a cause: incidents with the same key share one issue, whichever alert rule saw them."""

import hashlib
import json
from collections.abc import Sequence

from issue_intelligence.core.investigate.unexplained import without_explained
from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.verdict import Conclusion, Verdict

# Part of every key. Raise it when the recipe changes, and keep the old keys of open issues.
_KEY_VERSION = "1"
_KEY_HEX_DIGITS = 32


def issue_key(
    service: str,
    environment: str,
    alert_name: str,
    analysis: LogAnalysis | None,
    verdict: Verdict,
    *,
    harmless: Sequence[KnownIssue] = (),
) -> str:
    """Give the key, 32 hex digits, of the most telling trait that is known.

    That is the top stack trace in the service's own code, else the error's pattern, else the known
    issue, else the alert's name. A monitoring fault is always its alert rule's. `harmless` are the
    matched known issues that are no problem (facts.harmless_entries): beside a real problem, their
    errors tell nothing about it.
    """
    if analysis is not None and verdict.validation.conclusion is not Conclusion.NOT_REAL:
        analysis = without_explained(analysis, harmless)
    parts = [_KEY_VERSION, service, environment, *_trait(alert_name, analysis, verdict)]
    # JSON keeps the parts apart whatever characters they hold.
    text = json.dumps(parts, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:_KEY_HEX_DIGITS]


def _trait(alert_name: str, analysis: LogAnalysis | None, verdict: Verdict) -> tuple[str, str]:
    if verdict.validation.conclusion is Conclusion.MONITORING:
        return "monitoring", alert_name
    if analysis is not None:
        for trace in analysis.stack_traces:
            if any(frame.in_app for frame in trace.frames):
                return "stack_trace", trace.fingerprint
        if analysis.error_pattern is not None:
            return "pattern", _pattern_fingerprint(analysis, analysis.error_pattern)
    if verdict.validation.known_issue is not None:
        return "known_issue", verdict.validation.known_issue.id
    return "alert", alert_name


def _pattern_fingerprint(analysis: LogAnalysis, error_pattern: str) -> str:
    found = (each.fingerprint for each in analysis.patterns if each.pattern == error_pattern)
    return next(found, error_pattern)
