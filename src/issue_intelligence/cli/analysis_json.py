"""The JSON document of `analyze --json`; its names are an outside contract (docs, contract.md)."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TextIO

from issue_intelligence.core.model.logs import LogAnalysis, LogPattern, StackTrace


def analysis_document(analysis: LogAnalysis, *, lines_left_out: int = 0) -> dict[str, object]:
    """Make the document; `lines_left_out`, of patterns that are not listed, stands in it unless it is 0."""
    left_out = {"lines_of_patterns_left_out": lines_left_out} if lines_left_out else {}
    return left_out | {
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


def write_entries(rows: TextIO, entries: Iterable[tuple[int, str, str]], *, as_json: bool) -> None:
    """Write number, fingerprint and group of each line as a row, which `write_document` takes as it is."""
    for line, fingerprint, group in entries:
        entry = {"line": line, "fingerprint": fingerprint, "group": group}
        rows.write(f"{json.dumps(entry)}\n" if as_json else f"{line}\t{fingerprint}\t{group}\n")


def write_document(out: TextIO, document: Mapping[str, object], rows: TextIO | None) -> None:
    """Write the document with the rows, if any, as its last member; they are never all in memory."""
    text = json.dumps(document)
    if rows is None:
        out.write(f"{text}\n")
        return
    out.write(f'{text[:-1]}, "per_line": [')
    out.writelines(f"{', ' if number else ''}{row.rstrip()}" for number, row in enumerate(rows))
    out.write("]}\n")


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
