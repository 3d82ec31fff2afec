"""The JSON document of `analyze --json`; its names are an outside contract (docs, contract.md)."""

from collections.abc import Iterable
from datetime import datetime

from issue_intelligence.core.model.logs import LogAnalysis, LogPattern, StackTrace


def analysis_document(analysis: LogAnalysis) -> dict[str, object]:
    return {
        "lines": analysis.lines,
        "first_seen": _time(analysis.first_seen),
        "last_seen": _time(analysis.last_seen),
        "patterns": [_pattern(pattern) for pattern in analysis.patterns],
        "stack_traces": [_stack_trace(trace) for trace in analysis.stack_traces],
        "affected_endpoints": [
            {"endpoint": item.endpoint, "count": item.count} for item in analysis.affected_endpoints
        ],
        "affected_users": analysis.affected_users,
        "error_pattern": analysis.error_pattern,
    }


def per_line_document(entries: Iterable[tuple[int, str, str]]) -> list[dict[str, object]]:
    return [
        {"line": line, "fingerprint": fingerprint, "group": group} for line, fingerprint, group in entries
    ]


def _pattern(pattern: LogPattern) -> dict[str, object]:
    return {
        "fingerprint": pattern.fingerprint,
        "pattern": pattern.pattern,
        "level": pattern.level.value,
        "count": pattern.count,
        "first_seen": _time(pattern.first_seen),
        "last_seen": _time(pattern.last_seen),
        "sample": pattern.sample,
        "first_line": pattern.first_line,
    }


def _stack_trace(trace: StackTrace) -> dict[str, object]:
    return {
        "fingerprint": trace.fingerprint,
        "language": trace.language,
        "exception": trace.exception,
        "message": trace.message,
        "culprit": trace.culprit,
        "frames": [
            {"function": frame.function, "file": frame.file, "line": frame.line, "in_app": frame.in_app}
            for frame in trace.frames
        ],
        "first_line": trace.first_line,
        "last_line": trace.last_line,
        "count": trace.count,
        "first_seen": _time(trace.first_seen),
        "last_seen": _time(trace.last_seen),
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
