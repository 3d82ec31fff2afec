"""What kind of problem it is: the exception's class, a code or a status first, then whole words."""

import re
from collections.abc import Iterator

from issue_intelligence.core.decide.facts import database_failed, degraded_health, logs_of
from issue_intelligence.core.decide.inputs import RuleInput
from issue_intelligence.core.decide.type_words import (
    CONNECTION_WORDS,
    ERRNOS,
    EXCEPTION_PREFIXES,
    EXCEPTIONS,
    MISLEADING,
    STATUSES,
    WORDS,
)
from issue_intelligence.core.decide.words import contains_any, first_of, words_of
from issue_intelligence.core.investigate.known_issues import trace_heads
from issue_intelligence.core.model.known_issue import KnownIssue
from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.core.model.verdict import Conclusion, IssueType

_NAME = re.compile(r"\b[A-Za-z_]\w{2,60}")
# PostgreSQL's SQLSTATE where it is named as such, and Prisma's own codes (P1001, P2024).
_SQL_CODE = re.compile(r"\bSQLSTATE\W{0,4}([0-9A-Z]{5})\b|\b(P[1-3]\d{3})\b")
_STATUS = re.compile(
    r"(?i)\b(?:status|statuscode|status_code|status code|http/[\d.]{1,3}|http)\W{0,4}([45]\d\d)\b"
)
_MESSAGES_READ = 5
# A class stands near the start of its message.
_CHARS_READ = 1_000


def type_of(
    given: RuleInput, conclusion: Conclusion, known_issue: KnownIssue | None
) -> tuple[IssueType, str]:
    """Give the type and one sentence why.

    The log's most telling error is asked first, each way of telling in turn; then the other errors,
    then the known issue's category, then what the alert says of itself, then the health checks.
    """
    if conclusion is Conclusion.MONITORING:
        return IssueType.MONITORING, "Type monitoring: the alert rule itself has a fault."
    logs = logs_of(given)
    found = next(_from_errors(logs), None) if logs else None
    if found is not None:
        return _of_database(given, found) or found
    if known_issue is not None and known_issue.category in set(IssueType):
        return IssueType(known_issue.category), (
            f'Type {known_issue.category}: so says the known issue "{known_issue.title}".'
        )
    if logs is not None and (own := _from_own_code(logs)) is not None:
        return own
    for context in given.contexts:
        told = _from_words(words_of(context.alert_name, context.summary, context.description), "the alert")
        if told is not None:
            return told
    return _from_health(given) or (IssueType.BUG, "Type bug: nothing points to another type.")


def _of_database(given: RuleInput, found: tuple[IssueType, str]) -> tuple[IssueType, str] | None:
    """Refused connections are the database's where its own check fails."""
    failure = database_failed(given)
    if failure is None or found[0] is not IssueType.INFRASTRUCTURE:
        return None
    if not contains_any(words_of(found[1]), CONNECTION_WORDS):
        return None
    return IssueType.DATABASE, f"Type database: connections are refused, and its check failed ({failure})."


def _from_own_code(logs: LogAnalysis) -> tuple[IssueType, str] | None:
    """An error that nothing explains and that our own code raised is a bug, whatever its alert is called."""
    top = logs.errors[0].fingerprint if logs.errors else ""
    trace = next((each for each in logs.stack_traces if each.fingerprint == top), None)
    if trace is None or not any(frame.in_app for frame in trace.frames):
        return None
    return IssueType.BUG, f"Type bug: {trace.exception or 'the error'} comes from the service's own code."


def _from_health(given: RuleInput) -> tuple[IssueType, str] | None:
    if (failure := database_failed(given)) is not None:
        return IssueType.DATABASE, f"Type database: its check failed ({failure})."
    if degraded := degraded_health(given):
        return IssueType.PERFORMANCE, f"Type performance: a health check is degraded ({degraded[0]})."
    return None


def _from_errors(logs: LogAnalysis) -> Iterator[tuple[IssueType, str]]:
    traces = [trace_heads(trace) for trace in logs.stack_traces]
    messages = [*traces[:_MESSAGES_READ], *logs.error_messages[:_MESSAGES_READ]]
    for message in messages:
        yield from filter(
            None,
            (
                _from_class(message),
                _from_sql_code(message),
                _from_errno(message),
                _from_status(message),
                _from_words(words_of(message), "the error"),
            ),
        )
    if (status := _from_requests(logs)) is not None:
        yield status


def _from_class(message: str) -> tuple[IssueType, str] | None:
    for name in _NAME.findall(message[:_CHARS_READ]):
        lower = name.lower()
        prefixed = next((kind for prefix, kind in EXCEPTION_PREFIXES if lower.startswith(prefix)), None)
        found = EXCEPTIONS.get(lower) or prefixed
        if found is not None:
            return found, f"Type {found}: the exception is {name}."
    return None


def _from_sql_code(message: str) -> tuple[IssueType, str] | None:
    match = _SQL_CODE.search(message)
    if match is None:
        return None
    return IssueType.DATABASE, f"Type database: the error has the database's code {match[1] or match[2]}."


def _from_errno(message: str) -> tuple[IssueType, str] | None:
    """A name that is not resolved is no fault of the database that bears it."""
    if (phrase := first_of(words_of(message[:_CHARS_READ]), ERRNOS)) is None:
        return None
    return IssueType.INFRASTRUCTURE, f'Type infrastructure: the error says "{phrase}".'


def _from_status(message: str) -> tuple[IssueType, str] | None:
    for code in (match[1] for match in _STATUS.finditer(message)):
        if code in STATUSES:
            return STATUSES[code], f"Type {STATUSES[code]}: the error has status {code}."
    return None


def _from_requests(logs: LogAnalysis) -> tuple[IssueType, str] | None:
    """Read the status that most failed requests have; with any other on top, it tells nothing."""
    failed = {
        code: n for code, n in (logs.requests.status_codes if logs.requests else {}).items() if code >= "400"
    }
    top = max(sorted(failed), key=lambda code: failed[code], default="")
    if top not in STATUSES:
        return None
    return STATUSES[top], f"Type {STATUSES[top]}: most failed requests have status {top}."


def _from_words(words: str, where: str) -> tuple[IssueType, str] | None:
    for misleading in MISLEADING:
        words = words.replace(f" {misleading} ", " ")
    for kind, phrases in WORDS:
        if (phrase := first_of(words, phrases)) is not None:
            return kind, f'Type {kind}: {where} says "{phrase}".'
    return None
