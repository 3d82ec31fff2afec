"""What has changed since the last look that is worth a comment."""

from collections.abc import Iterator

from issue_intelligence.core.model.evidence import HealthCheck, Investigation, ServiceState
from issue_intelligence.core.model.logs import LogAnalysis, LogLevel, StackTrace
from issue_intelligence.core.model.remediation import RemediationResult
from issue_intelligence.core.model.verdict import Conclusion, Verdict
from issue_intelligence.core.report.headline import trace_headline
from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.core.report.plain_words import counted, severity_rank

MAX_NAMED = 3
_ERROR_LEVELS = (LogLevel.FATAL, LogLevel.ERROR)
_TOLD = (Conclusion.REAL, Conclusion.POSSIBLE, Conclusion.MONITORING)


def what_is_new(
    previous: tuple[Investigation, Verdict] | None,
    current: tuple[Investigation, Verdict],
    *,
    previous_alert_count: int,
    alert_count: int,
) -> tuple[str, ...]:
    """Give sentences of plain text, empty when nothing deserves a comment.

    `previous` is the last look at this incident, None at the first: then an issue that exists
    already is of an earlier incident, and that it happened again is news by itself.
    """
    if previous is None:
        return (
            f"It happened again: a new incident of the same cause, with {counted(alert_count, 'alert')}.",
        )
    return (
        *_further_alerts(alert_count - previous_alert_count),
        *_verdict_changes(previous[1], current[1]),
        *_health_changes(_health(previous[0]), _health(current[0])),
        *_new_errors(_logs(previous[0]), _logs(current[0])),
    )


def what_was_tried(before: RemediationResult | None, now: RemediationResult | None) -> Iterator[str]:
    """Tell of an attempt that the last look did not tell of, or of one that turned out otherwise since."""
    if now is None or not now.attempted or (before is not None and before.reason == now.reason):
        return
    yield f"We tried {one_line(now.action, 60)} ourselves. {one_line(now.reason, 480)}"


def _further_alerts(count: int) -> Iterator[str]:
    if count > 0:
        yield f"{counted(count, 'further alert')} since the last look."


def _verdict_changes(before: Verdict, after: Verdict) -> Iterator[str]:
    old, new = before.categorization.severity, after.categorization.severity
    if severity_rank(new) < severity_rank(old):
        yield f"Severity rose from {old.value} to {new.value}."
    concluded = after.validation.conclusion
    if before.validation.conclusion is Conclusion.SUPPRESSED and concluded in _TOLD:
        yield f"Nothing excuses it any more: {one_line(after.validation.reason, 300)}"
    elif concluded is Conclusion.REAL and before.validation.conclusion is not Conclusion.REAL:
        yield f"It is now confirmed as real: {one_line(after.validation.reason, 300)}"
    known = after.validation.known_issue
    known_before = before.validation.known_issue
    if known and (known_before is None or known_before.id != known.id):
        yield f'It matches the known issue "{one_line(known.title, 200)}".'


def _health(investigation: Investigation) -> HealthCheck | None:
    return investigation.health.data if investigation.health else None


def _logs(investigation: Investigation) -> LogAnalysis | None:
    return investigation.logs.data if investigation.logs else None


def _health_changes(before: HealthCheck | None, after: HealthCheck | None) -> Iterator[str]:
    if after is None:
        return
    was = before or HealthCheck(api_responsive=None, database_connected=None, response_time_ms=None)
    pairs = (
        ("The health check", was.api_responsive, after.api_responsive),
        ("The database", was.database_connected, after.database_connected),
        *(
            (one_line(name, 100), _is_up(was.external_services.get(name)), _is_up(state))
            for name, state in sorted(after.external_services.items())
        ),
    )
    for name, old, new in pairs:
        if new is False and old is not False:
            yield (
                f"{name} does not answer as it should any more."
                if old
                else f"{name} does not answer as it should."
            )
        elif new is True and old is False:
            yield f"{name} answers again."


def _is_up(state: ServiceState | None) -> bool | None:
    return None if state is None else state is ServiceState.UP


def _new_errors(before: LogAnalysis | None, after: LogAnalysis | None) -> Iterator[str]:
    """Name stack traces and error patterns that the last look did not see."""
    if after is None:
        return
    old_traces = {trace.fingerprint for trace in before.stack_traces} if before else set()
    old_patterns = {pattern.fingerprint for pattern in before.patterns} if before else set()
    traces = [trace for trace in after.stack_traces if trace.fingerprint not in old_traces]
    for trace in traces[:MAX_NAMED]:
        place = f" at {one_line(trace.culprit, 200)}" if trace.culprit else ""
        title = one_line(trace_headline(trace), 300)
        yield f"New stack trace: {title}{place}, {counted(trace.count, 'time')}."
    if len(traces) > MAX_NAMED:
        yield f"{counted(len(traces) - MAX_NAMED, 'further new stack trace')}."
    # The line that opens a stack trace is a pattern too, and is said already.
    said = [trace.message for trace in after.stack_traces if trace.message]
    patterns = [
        pattern
        for pattern in after.patterns
        if pattern.level in _ERROR_LEVELS
        and pattern.fingerprint not in old_patterns
        and not any(message in pattern.sample for message in said)
    ]
    for pattern in patterns[:MAX_NAMED]:
        yield f"New error: {one_line(pattern.sample, 300)}, {counted(pattern.count, 'time')}."
    if len(patterns) > MAX_NAMED:
        yield f"{counted(len(patterns) - MAX_NAMED, 'further new error')}."


def new_traces(before: Investigation | None, after: Investigation) -> tuple[StackTrace, ...]:
    """Give the stack traces that the last look did not see; none at the first look, whose issue has them."""
    logs, old = _logs(after), _logs(before) if before else None
    if logs is None or before is None:
        return ()
    known = {trace.fingerprint for trace in old.stack_traces} if old else set()
    return tuple(trace for trace in logs.stack_traces if trace.fingerprint not in known)
