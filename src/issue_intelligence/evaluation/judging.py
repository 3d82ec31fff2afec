"""Holds what was decided against what a scenario expects."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from issue_intelligence.core.model.logs import LogAnalysis, StackTrace
from issue_intelligence.core.model.verdict import Conclusion, IssueType, Severity, Verdict
from issue_intelligence.core.remediate.plan import wanted_remediation
from issue_intelligence.evaluation.model import Expected
from issue_intelligence.evaluation.playing import Played
from issue_intelligence.ports.incident_store import Findings

KEYS = (
    "is_real",
    "should_create_issue",
    "should_update_existing",
    "severity",
    "type",
    "component",
    "known_issue",
    "remediation",
    "error_contains",
    "culprit_contains",
    "incidents",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """What was decided, under the keys of expected.toml. "" and None mean: none."""

    conclusion: Conclusion
    # 0 to 100: how sure of the conclusion.
    confidence: int
    is_real: bool
    should_create_issue: bool
    should_update_existing: int | None
    severity: Severity
    type: IssueType
    component: str
    # Its title and its slug; both "" for none.
    known_issue: str
    known_issue_id: str
    remediation: str
    # The error named as the cause, in all its words; "" for none.
    error: str
    # "src/cart.ts:10 in total".
    culprit: str
    incidents: int
    # Every rule that spoke, the decisive one first, with what it adds to the confidence or takes; then why
    # this severity, type and component.
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One scenario, judged."""

    name: str
    expected: Expected
    # None when there was no decision; `failure` says why.
    actual: Actual | None
    # By key that is judged, in the order of KEYS: whether it is as expected.
    judged: dict[str, bool] = field(default_factory=dict)
    failure: str = ""

    @property
    def passed(self) -> bool:
        return self.actual is not None and all(self.judged.values())

    @property
    def expects_real(self) -> bool | None:
        """Tell what is expected; None when it is not judged, or either will do."""
        wanted = set(self.expected.is_real or ())
        return wanted.pop() if len(wanted) == 1 else None


def judge(name: str, expected: Expected, played: Played | None, *, failure: str = "") -> Case:
    """Judge a scenario; without a decision everything that is judged is wrong."""
    actual = actual_of(played, without_known_issue=False) if played else None
    if played is not None and actual is None:
        failure = "no look at its incident came to a decision"
    judged = judged_keys(expected, actual)
    return Case(name=name, expected=expected, actual=actual, judged=judged, failure=failure)


def judged_keys(expected: Expected, actual: Actual | None) -> dict[str, bool]:
    """Tell of each key that is judged whether it is as expected."""
    return {
        key: actual is not None and _JUDGES[key](expected, actual)
        for key in KEYS
        if getattr(expected, key) is not None
    }


def actual_of(played: Played, *, without_known_issue: bool) -> Actual | None:
    findings = played.findings
    if findings is None:
        return None
    verdict = findings.verdict
    validation, categorization = verdict.validation, verdict.categorization
    known = validation.known_issue
    wanted = wanted_remediation(verdict, findings.investigation, without_known_issue=without_known_issue)
    logs = _logs(findings)
    return Actual(
        conclusion=validation.conclusion,
        confidence=validation.confidence,
        is_real=validation.is_real_issue,
        should_create_issue=validation.should_create_issue,
        should_update_existing=validation.should_update_existing,
        severity=categorization.severity,
        type=categorization.type,
        component=categorization.component,
        known_issue=known.title if known else "",
        known_issue_id=known.id if known else "",
        remediation=(wanted.runbook or "") if wanted else "",
        error=error_of(logs) if logs else "",
        culprit=culprit_of(logs) if logs else "",
        incidents=played.incidents,
        reasons=_reasons(verdict),
    )


def _logs(findings: Findings) -> LogAnalysis | None:
    evidence = findings.investigation.logs
    return evidence.data if evidence else None


def _reasons(verdict: Verdict) -> tuple[str, ...]:
    spoken = tuple(
        f"{reason.rule.value}: {reason.text} ({reason.conclusion.value}, {reason.points:+d})"
        for reason in verdict.reasons
    )
    return (*spoken, *verdict.categorization.reasons)


def error_of(logs: LogAnalysis) -> str:
    """Give the first of the ranked errors in all its words: message, announcement, heads of its trace."""
    if not logs.errors:
        # Without an error, the issue shows what the log warns of most.
        return logs.sample_lines[0] if logs.sample_lines else ""
    top, trace = logs.errors[0], _trace_of_cause(logs)
    heads = [f"{trace.exception}: {trace.message}"] if trace else []
    heads += [f"{cause.exception}: {cause.message}" for cause in trace.causes] if trace else []
    texts = (top.message, top.announcement, *heads)
    return "\n".join(dict.fromkeys(text for text in texts if text))


def culprit_of(logs: LogAnalysis) -> str:
    """Give the first own frame of the cause's stack trace, else of the first trace; "" for none."""
    trace = _trace_of_cause(logs) or next(iter(logs.stack_traces), None)
    frames = trace.frames if trace else ()
    own = next((frame for frame in frames if frame.in_app), None)
    if own is None:
        return ""
    place = own.file if own.line is None else f"{own.file}:{own.line}"
    return f"{place} in {own.function}" if own.function else place


def _trace_of_cause(logs: LogAnalysis) -> StackTrace | None:
    top = logs.errors[0].fingerprint if logs.errors else ""
    return next((trace for trace in logs.stack_traces if trace.fingerprint == top), None)


def _creates_issue(expected: Expected, actual: Actual) -> bool:
    """An incident that goes into an open issue belongs into an issue, and creates none: both words are right.

    So where the open issue is the one expected, either value will do.
    """
    found = actual.should_update_existing
    if found is not None and found in (expected.should_update_existing or ()):
        return True
    return actual.should_create_issue in (expected.should_create_issue or ())


def _is_known_issue(expected: Expected, actual: Actual) -> bool:
    names = {actual.known_issue.casefold(), actual.known_issue_id.casefold()}
    return any(each.casefold() in names for each in expected.known_issue or ())


def _contains(wanted: Sequence[str] | None, text: str) -> bool:
    return any(each.casefold() in text.casefold() if each else not text for each in wanted or ())


def _equals(wanted: Sequence[str] | None, text: str) -> bool:
    return any(each.casefold() == text.casefold() for each in wanted or ())


_JUDGES: dict[str, Callable[[Expected, Actual], bool]] = {
    "is_real": lambda expected, actual: actual.is_real in (expected.is_real or ()),
    "should_create_issue": _creates_issue,
    "should_update_existing": lambda expected, actual: (
        actual.should_update_existing in (expected.should_update_existing or ())
    ),
    "severity": lambda expected, actual: actual.severity in (expected.severity or ()),
    "type": lambda expected, actual: actual.type in (expected.type or ()),
    "component": lambda expected, actual: _equals(expected.component, actual.component),
    "known_issue": _is_known_issue,
    "remediation": lambda expected, actual: _equals(expected.remediation, actual.remediation),
    "error_contains": lambda expected, actual: _contains(expected.error_contains, actual.error),
    "culprit_contains": lambda expected, actual: _contains(expected.culprit_contains, actual.culprit),
    "incidents": lambda expected, actual: actual.incidents in (expected.incidents or ()),
}

_SEVERITIES = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)


def within_one_step(wanted: Sequence[Severity], found: Severity) -> bool:
    """Tell whether a severity is at most one step away from one that is acceptable."""
    at = _SEVERITIES.index(found)
    return any(abs(_SEVERITIES.index(each) - at) <= 1 for each in wanted)


def plain(value: Any) -> Any:
    """Write an acceptable set of values as expected.toml has it: one alone, several as a list, none as ""."""
    values = ["" if each is None else each for each in value]
    return values[0] if len(values) == 1 else values
