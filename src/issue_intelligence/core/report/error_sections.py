"""What the log says: the message, the stack trace, and the lines themselves."""

from issue_intelligence.core.model.evidence import Evidence, EvidenceStatus
from issue_intelligence.core.model.logs import (
    Histogram,
    LogAnalysis,
    RankedError,
    StackFrame,
    StackTrace,
)
from issue_intelligence.core.report.headline import headline, trace_headline
from issue_intelligence.core.report.incident_report import IncidentReport
from issue_intelligence.core.report.markdown import (
    clean,
    code_span,
    cut_middle,
    fence,
    inline,
    link,
    one_line,
)
from issue_intelligence.core.report.plain_words import counted, sentence, utc_time
from issue_intelligence.core.report.sparkline import bucket_words, sparkline

MAX_MESSAGE_CHARS = 1_500
MAX_TRACE_CHARS = 8_000
MAX_QUERY_CHARS = 1_500
MAX_LINES = 5
MAX_LINE_CHARS = 600
MAX_OTHERS = 5
MAX_CAUSES = 6
MAX_CAUSE_CHARS = 150
MAX_REASONS = 6
OPEN_LINES = "Open these lines in Grafana"


def error_details(report: IncidentReport) -> str:
    parts = ["### Error Details"]
    message = _primary_message(report)
    if message:
        parts.append(fence(cut_middle(clean(message), MAX_MESSAGE_CHARS)))
    else:
        parts.append(_no_errors(report))
    trace = report.main_trace
    if trace:
        times = f", seen {trace.count:,} times" if trace.count > 1 else ""
        parts.append(f"**Stack Trace** ({inline(trace.language, 50)}{times}):")
        if trace.causes:
            parts.append(_chain(trace))
        parts.append(fence(cut_middle(clean(trace.text) or _frames(trace), MAX_TRACE_CHARS)))
    elif report.logs and not report.is_about_monitoring:
        parts.append(f"**Stack Trace**: {_no_trace(report.logs)}")
    if report.top_error and not report.is_about_monitoring:
        parts.append(_why_first(report.top_error))
    if report.logs and report.logs.error_histogram:
        parts.append(_over_time(report.logs.error_histogram))
    others = _other_errors(report)
    if others:
        parts.append("**Other errors in the same window**:\n" + "\n".join(f"- {other}" for other in others))
    return "\n\n".join(parts)


def _no_trace(logs: LogAnalysis) -> str:
    if logs.stack_traces:
        return "none of this error; the log of that time has those of others."
    return "none in the log of that time."


def _why_first(error: RankedError) -> str:
    """Say why this error, and not a louder one, is taken for the likely cause."""
    times = f"{error.count:,} times" if error.count > 1 else "once"
    lines = [f"**Why this error comes first** (seen {times}):"]
    reasons = [inline(reason, 200) for reason in error.reasons[:MAX_REASONS]]
    lines += [f"- {reason}" for reason in reasons if reason] or ["- nothing else in this log tells more"]
    if error.request_ids:
        lines.append(f"- request ids: {', '.join(code_span(each) for each in error.request_ids)}")
    return "\n".join(lines)


def _over_time(errors: Histogram) -> str:
    most = f"at most {max(errors.counts):,}"
    begins = utc_time(errors.starts_at)
    return f"**Errors over time**, {bucket_words(errors)} each, {most}, from {begins}:\n\n" + fence(
        sparkline(errors.counts)
    )


def _primary_message(report: IncidentReport) -> str:
    if report.is_about_monitoring:
        return report.last_alert.annotations.get("Error", "")
    if report.main_trace:
        return trace_headline(report.main_trace)
    return report.logs.error_messages[0] if report.logs and report.logs.error_messages else ""


def _no_errors(report: IncidentReport) -> str:
    if report.is_about_monitoring:
        return f"{sentence(headline(report), 300)} The sender gave no error text."
    if report.logs is None:
        return f"No error message is known: {_why_no_logs(report.investigation.logs)}"
    told = f"The log of that time has {counted(report.logs.lines, 'line')} and no error message."
    if not report.logs.errors and report.logs.sample_lines:
        warning = cut_middle(clean(report.logs.sample_lines[0]), MAX_LINE_CHARS)
        told += f" What it warns of most:\n\n{fence(warning)}"
    return told


def _why_no_logs(evidence: Evidence[LogAnalysis] | None) -> str:
    if evidence is None:
        return "the log was not looked at."
    if evidence.status is EvidenceStatus.FAILED:
        return f"the log could not be read ({inline(evidence.error or 'no reason given', 300)})."
    return "no log source is configured for this service."


def _chain(trace: StackTrace) -> str:
    """Name the exceptions of the chain in one line, the root cause first."""
    named = [cause for cause in reversed(trace.causes) if cause.exception or cause.message]
    shown = [
        code_span(one_line(cause.exception or cause.message, MAX_CAUSE_CHARS))
        + (f" at {code_span(one_line(cause.culprit, MAX_CAUSE_CHARS))}" if cause.culprit else "")
        for cause in named[:MAX_CAUSES]
    ]
    more = f", and {len(named) - MAX_CAUSES} more" if len(named) > MAX_CAUSES else ""
    return f"**Root cause first**: {', which caused '.join(shown)}{more}"


def _frames(trace: StackTrace) -> str:
    return "\n".join((trace_headline(trace), *(_frame(frame) for frame in trace.frames)))


def _frame(frame: StackFrame) -> str:
    line = f":{frame.line}" if frame.line is not None else ""
    return f"    at {frame.function} ({frame.file}{line})"


def _other_errors(report: IncidentReport) -> list[str]:
    """Name the further stack traces; without any, the further messages."""
    logs = report.logs
    if logs is None:
        return []
    if logs.errors:
        ranked = [_other_error(error, logs) for error in logs.errors[1:]]
        return _cut(list(dict.fromkeys(ranked)))
    traces = [
        f"{code_span(trace_headline(trace))}, {trace.count:,} times"
        + (f", at {code_span(trace.culprit)}" if trace.culprit else "")
        for trace in logs.stack_traces[1:]
    ]
    # A trace's own message is said with the trace, and the first message is said above.
    said = [trace.message for trace in logs.stack_traces if trace.message]
    messages = [
        code_span(message)
        for message in logs.error_messages[0 if logs.stack_traces else 1 :]
        if not any(part in message for part in said)
    ]
    return _cut(traces + messages)


def _cut(named: list[str]) -> list[str]:
    more = len(named) - MAX_OTHERS
    return named[:MAX_OTHERS] + ([f"and {more:,} more"] if more > 0 else [])


def _other_error(error: RankedError, logs: LogAnalysis) -> str:
    trace = next((each for each in logs.stack_traces if each.fingerprint == error.fingerprint), None)
    times = f"{error.count:,} times" if error.count > 1 else "once"
    at = f", at {code_span(trace.culprit)}" if trace and trace.culprit else ""
    why = f"; {inline(error.reasons[0], 200)}" if error.reasons else ""
    return f"{code_span(error.message)}, {times}{at}{why}"


def related_logs(report: IncidentReport) -> str:
    parts = ["### Related Logs", _asked_for(report), _read_from(report), _sample(report)]
    return "\n\n".join(filter(None, parts))


def _asked_for(report: IncidentReport) -> str:
    """Show what was sent to Loki, or which files were read; without either, how the log could be found."""
    evidence = report.investigation.logs
    is_asked = evidence is not None and evidence.status is not EvidenceStatus.NOT_CONFIGURED
    if not report.log_query:
        if is_asked and evidence is not None:
            return f"**Log Source**: {code_span(evidence.source)}"
        return "**Loki Query**: none; no log selector is known for this service."
    label = "**Loki Query**:" if is_asked else "**Loki Query** (not run, no log source is configured):"
    return f"{label}\n\n{fence(cut_middle(clean(report.log_query), MAX_QUERY_CHARS))}"


def _read_from(report: IncidentReport) -> str:
    evidence = report.investigation.logs
    if evidence is None or evidence.data is None:
        return link(OPEN_LINES, evidence.link) if evidence else ""
    text = f"{counted(evidence.data.lines, 'line')} read from {code_span(evidence.source)}"
    if evidence.window_from and evidence.window_until:
        text += f", {utc_time(evidence.window_from)} to {utc_time(evidence.window_until)}"
    text += "; there was more than was read, so the counts are too low." if evidence.data.truncated else "."
    return " ".join(filter(None, (text, link(OPEN_LINES, evidence.link))))


def _sample(report: IncidentReport) -> str:
    if report.logs is None:
        return f"**Sample Log Entries**: none; {_why_no_logs(report.investigation.logs)}"
    lines = report.logs.sample_lines[:MAX_LINES]
    if not lines:
        return "**Sample Log Entries**: none; the log of that time has no telling line."
    return "**Sample Log Entries**:\n\n" + fence(
        "\n".join(cut_middle(clean(line), MAX_LINE_CHARS) for line in lines)
    )
