"""Takes secrets and personal data out of an analysis: after counting users, before storing or showing."""

from collections.abc import Callable
from dataclasses import replace

from issue_intelligence.core.model.logs import LogAnalysis, StackTrace


def redact_analysis(analysis: LogAnalysis, redact: Callable[[str], str]) -> LogAnalysis:
    """Pass every text of the analysis through `redact`; numbers, times and fingerprints stay."""
    return replace(
        analysis,
        error_messages=tuple(redact(text) for text in analysis.error_messages),
        stack_traces=tuple(_redact_trace(trace, redact) for trace in analysis.stack_traces),
        affected_endpoints=tuple(
            replace(item, endpoint=redact(item.endpoint)) for item in analysis.affected_endpoints
        ),
        error_pattern=None if analysis.error_pattern is None else redact(analysis.error_pattern),
        patterns=tuple(
            replace(item, pattern=redact(item.pattern), sample=redact(item.sample))
            for item in analysis.patterns
        ),
        sample_lines=tuple(redact(text) for text in analysis.sample_lines),
    )


def _redact_trace(trace: StackTrace, redact: Callable[[str], str]) -> StackTrace:
    return replace(
        trace,
        message=redact(trace.message),
        culprit=redact(trace.culprit),
        frames=tuple(
            replace(frame, function=redact(frame.function), file=redact(frame.file)) for frame in trace.frames
        ),
        text=redact(trace.text),
    )
