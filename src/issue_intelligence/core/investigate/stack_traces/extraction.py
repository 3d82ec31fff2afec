"""Finds the stack traces in a sequence of lines and counts the equal ones."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from issue_intelligence.core.investigate.stack_traces.browser import BrowserTraces
from issue_intelligence.core.investigate.stack_traces.dart import DartTraces
from issue_intelligence.core.investigate.stack_traces.dotnet import DotnetTraces
from issue_intelligence.core.investigate.stack_traces.dress import undress
from issue_intelligence.core.investigate.stack_traces.frames import culprit_of, trace_fingerprint
from issue_intelligence.core.investigate.stack_traces.golang import GoTraces
from issue_intelligence.core.investigate.stack_traces.jvm import JvmTraces
from issue_intelligence.core.investigate.stack_traces.language import ParsedTrace, TraceLanguage, TraceRow
from issue_intelligence.core.investigate.stack_traces.nodejs import NodejsTraces
from issue_intelligence.core.investigate.stack_traces.php import PhpTraces
from issue_intelligence.core.investigate.stack_traces.python import PythonTraces
from issue_intelligence.core.investigate.stack_traces.ruby import RubyTraces
from issue_intelligence.core.investigate.stack_traces.rust import RustTraces
from issue_intelligence.core.investigate.stack_traces.sanitizers import SanitizerTraces
from issue_intelligence.core.model.logs import LogLevel, LogLine, StackTrace, TraceCause

# A new language is a file beside these and an entry here. Ruby's reversed order starts with Python's words,
# so Ruby is asked first; what the others look for excludes one another.
LANGUAGES: tuple[TraceLanguage, ...] = (
    RubyTraces(),
    PythonTraces(),
    NodejsTraces(),
    JvmTraces(),
    DotnetTraces(),
    DartTraces(),
    PhpTraces(),
    SanitizerTraces(),
    BrowserTraces(),
    GoTraces(),
    RustTraces(),
)
_STACK_FIELDS = frozenset(
    {"stack", "stacktrace", "stack_trace", "traceback", "exc_info", "exc_text", "exception", "trace"}
    | {"stack_info", "backtrace", "stackstring", "extendedstacktrace", "errorverbose", "@x", "full_message"}
)
_TYPE_FIELDS = (
    "err.type",
    "err.name",
    "error.type",
    "error.name",
    "error.kind",
    "exception.type",
    "exc_type",
)
_ESCAPED_ROW = re.compile(
    r'\\n(?:\\t| {1,12})?(?:at |File \\{0,2}"|#\d|from |goroutine |Caused by|Traceback|[^\\\n]{1,200}:\d)'
)
_MAX_ROWS_A_LINE = 400
_MAX_TEXT_CHARS = 16 * 1024
# Enough for every reader; endless recursion writes thousands.
_MAX_FRAMES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTrace:
    """One occurrence of a trace."""

    fingerprint: str
    parsed: ParsedTrace
    # Positions of its lines in the sequence, ascending, each once.
    lines: tuple[int, ...]
    text: str


def find_traces(lines: Sequence[LogLine]) -> list[FoundTrace]:
    """Find every trace, in the order of the lines; no line belongs to two."""
    found: list[FoundTrace] = []
    stream: list[TraceRow] = []
    above: LogLine | None = None
    for index, line in enumerate(lines):
        traces = _traces_within(index, line)
        found += traces
        # The row stays in the stream without text, so that the rows around it keep their distance.
        text = "" if traces else line.message.split("\n", 1)[0] if "\n" in line.message else line.message
        stream.append(TraceRow(index, text, _is_record(line, above), _is_bare(line), line.level))
        above = line
    found += _without_lines_of(found, _read_stream(stream))
    return sorted(found, key=lambda trace: trace.lines[0])


def _without_lines_of(blocks: Sequence[FoundTrace], streamed: Sequence[FoundTrace]) -> Iterator[FoundTrace]:
    """Leave out lines that hold a whole trace of their own: a trace around them takes their empty rows."""
    held = {index for trace in blocks for index in trace.lines}
    for trace in streamed:
        lines = tuple(index for index in trace.lines if index not in held)
        if lines:
            yield trace if len(lines) == len(trace.lines) else replace(trace, lines=lines)


def count_traces(
    found: Sequence[FoundTrace], lines: Sequence[LogLine], times: Sequence[datetime | None]
) -> tuple[StackTrace, ...]:
    """Merge equal traces. Lines and text are those of the first one, times those of all."""
    groups: dict[str, list[FoundTrace]] = {}
    for trace in found:
        groups.setdefault(trace.fingerprint, []).append(trace)
    return tuple(_merge(group, lines, times) for group in groups.values())


def _merge(
    group: Sequence[FoundTrace], lines: Sequence[LogLine], times: Sequence[datetime | None]
) -> StackTrace:
    first = group[0]
    seen = [at for trace in group if (at := times[trace.lines[0]]) is not None]
    return StackTrace(
        fingerprint=first.fingerprint,
        language=first.parsed.language,
        exception=first.parsed.exception,
        message=first.parsed.message,
        culprit=culprit_of(first.parsed.frames),
        frames=first.parsed.frames[:_MAX_FRAMES],
        first_line=lines[first.lines[0]].number,
        last_line=lines[first.lines[-1]].number,
        count=len(group),
        text=first.text,
        causes=tuple(
            TraceCause(exception=link.exception, message=link.message, culprit=culprit_of(link.frames))
            for link in first.parsed.chain
        ),
        first_seen=min(seen, default=None),
        last_seen=max(seen, default=None),
    )


def _traces_within(index: int, line: LogLine) -> list[FoundTrace]:
    """Read the trace, at most one, that a line holds whole: in a field, or in a message of several rows."""
    # Most lines hold none, and this says so at little cost.
    if not line.fields and "\n" not in line.message and "\\n" not in line.message:
        return []
    block = _block_of(index, line)
    traces = _read_rows(block, _suspects(block)) if block else []
    return [_with_type_of_fields(trace, line) for trace in traces[:1]]


def _read_stream(rows: Sequence[TraceRow]) -> list[FoundTrace]:
    suspects = _suspects(rows)
    undressed = undress(rows, suspects) if suspects else rows
    return _read_rows(undressed, suspects if undressed is rows else _suspects(undressed))


def _suspects(rows: Sequence[TraceRow]) -> Sequence[int]:
    return [at for at, row in enumerate(rows) if _may_be_part(row.text)]


def _read_rows(rows: Sequence[TraceRow], suspects: Sequence[int]) -> list[FoundTrace]:
    found: list[FoundTrace] = []
    free_from = 0
    for position in suspects:
        parsed = _read_at(rows, position, free_from) if position >= free_from else None
        if parsed is not None:
            found.append(_found(parsed, rows))
            free_from = max(parsed.rows[-1], position) + 1
    return found


def _may_be_part(text: str) -> bool:
    """Say at little cost whether any language could notice a trace here; most rows of a log say no."""
    return (
        "at " in text[:200]
        or ":in " in text
        or 'File "' in text
        or "#" in text[:200]
        or "Traceback (" in text
        or ".go:" in text
        or ".s:" in text
        or "goroutine " in text
        or "panicked at" in text
        or "acktrace" in text
        or "BACKTRACE" in text
        or "@" in text
        or "Sanitizer" in text
        or ".dart" in text
        or "package:" in text
        or "runtime " in text
        or ". " in text[:16]
    )


def _read_at(rows: Sequence[TraceRow], position: int, free_from: int) -> ParsedTrace | None:
    for language in LANGUAGES:
        if language.starts_at(rows, position):
            parsed = language.read(rows, position, free_from)
            if parsed is not None:
                return parsed
    return None


def _found(parsed: ParsedTrace, rows: Sequence[TraceRow]) -> FoundTrace:
    text = "\n".join(rows[at].text for at in parsed.rows)[:_MAX_TEXT_CHARS]
    lines = tuple(dict.fromkeys(rows[at].index for at in parsed.rows))
    name = trace_fingerprint(parsed.language, parsed.exception, parsed.message, parsed.frames)
    return FoundTrace(fingerprint=name, parsed=parsed, lines=lines, text=text)


def _with_type_of_fields(trace: FoundTrace, line: LogLine) -> FoundTrace:
    """Take class and message from the fields where the stack itself holds frames only."""
    parsed = trace.parsed
    name = next((line.fields[key] for key in _TYPE_FIELDS if line.fields.get(key)), None)
    if parsed.exception not in ("", "Error") or name is None:
        return trace
    named = replace(parsed, exception=name[:200], message=parsed.message or line.message)
    value = trace_fingerprint(named.language, named.exception, named.message, named.frames)
    return FoundTrace(fingerprint=value, parsed=named, lines=trace.lines, text=trace.text)


def _block_of(index: int, line: LogLine) -> list[TraceRow]:
    """Answer the rows of a line that holds several: a field with a stack, else its message."""
    texts = [value for value in _stack_fields(line) if "\n" in value] if line.fields else []
    message = _unescaped(line.message)
    if not texts:
        if "\n" not in message:
            return []
        texts = [message]
    elif "\n" not in message and message:
        texts.insert(0, message)
    rows = [row for text in texts[:3] for row in text.split("\n", _MAX_ROWS_A_LINE)[:_MAX_ROWS_A_LINE]]
    return [TraceRow(index, text.rstrip("\r"), is_record=False, is_bare=True) for text in rows]


def _unescaped(text: str) -> str:
    r"""Make rows of a text that was written with "\n" in it, as a JSON string within a plain line is."""
    if "\\n" not in text or not _ESCAPED_ROW.search(text):
        return text
    return text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')


def _stack_fields(line: LogLine) -> Iterator[str]:
    """Give the fields that are called a stack, then whatever other field has several rows."""
    others: list[str] = []
    for name, value in line.fields.items():
        if name.rpartition(".")[2].lower() in _STACK_FIELDS:
            yield _unescaped(value)
        elif "\n" in value:
            others.append(value)
    yield from others


def _is_record(line: LogLine, above: LogLine | None) -> bool:
    # A log source may give rows without a time that of the row above.
    has_new_time = line.at is not None and (above is None or above.at != line.at)
    return has_new_time or line.level is not LogLevel.UNKNOWN or bool(line.fields)


def _is_bare(line: LogLine) -> bool:
    return line.at is None and line.level is LogLevel.UNKNOWN
