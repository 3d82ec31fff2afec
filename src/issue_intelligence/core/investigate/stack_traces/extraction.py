"""Finds the stack traces in a sequence of lines and counts the equal ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.core.investigate.stack_traces.frames import culprit_of, trace_fingerprint
from issue_intelligence.core.investigate.stack_traces.language import ParsedTrace, TraceLanguage, TraceRow
from issue_intelligence.core.investigate.stack_traces.nodejs import NodejsTraces
from issue_intelligence.core.investigate.stack_traces.python import PythonTraces
from issue_intelligence.core.model.logs import LogLevel, LogLine, StackTrace

# A new language is a file beside these and an entry here.
LANGUAGES: tuple[TraceLanguage, ...] = (PythonTraces(), NodejsTraces())
_STACK_FIELDS = frozenset(
    {"stack", "stacktrace", "stack_trace", "traceback", "exc_info", "exc_text", "exception", "trace"}
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
        block = _block_of(index, line)
        traces = _read_rows(block) if block else []
        if traces:
            found += [_with_type_of_fields(trace, line) for trace in traces[:1]]
        # The row stays in the stream without text, so that the rows around it keep their distance.
        text = "" if traces else line.message.split("\n", 1)[0] if "\n" in line.message else line.message
        stream.append(TraceRow(index, text, _is_record(line, above), _is_bare(line)))
        above = line
    found += _read_rows(stream)
    return sorted(found, key=lambda trace: trace.lines[0])


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
        first_seen=min(seen, default=None),
        last_seen=max(seen, default=None),
    )


def _read_rows(rows: Sequence[TraceRow]) -> list[FoundTrace]:
    found: list[FoundTrace] = []
    position = free_from = 0
    while position < len(rows):
        parsed = _read_at(rows, position, free_from)
        if parsed is None:
            position += 1
            continue
        found.append(_found(parsed, rows))
        position = free_from = parsed.rows[-1] + 1
    return found


def _read_at(rows: Sequence[TraceRow], position: int, free_from: int) -> ParsedTrace | None:
    for language in LANGUAGES:
        if language.starts_at(rows, position):
            return language.read(rows, position, free_from)
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
    named = ParsedTrace(
        language=parsed.language,
        exception=name[:200],
        message=parsed.message or line.message,
        frames=parsed.frames,
        rows=parsed.rows,
    )
    value = trace_fingerprint(named.language, named.exception, named.message, named.frames)
    return FoundTrace(fingerprint=value, parsed=named, lines=trace.lines, text=trace.text)


def _block_of(index: int, line: LogLine) -> list[TraceRow]:
    """Answer the rows of a line that holds several: a field with a stack, else its message."""
    texts = [value for name, value in _stack_fields(line) if "\n" in value]
    if not texts:
        if "\n" not in line.message:
            return []
        texts = [line.message]
    elif "\n" not in line.message and line.message:
        texts.insert(0, line.message)
    rows = [row for text in texts[:3] for row in text.split("\n", _MAX_ROWS_A_LINE)[:_MAX_ROWS_A_LINE]]
    return [TraceRow(index, text, is_record=False, is_bare=True) for text in rows]


def _stack_fields(line: LogLine) -> Iterator[tuple[str, str]]:
    for name, value in line.fields.items():
        if name.rpartition(".")[2].lower() in _STACK_FIELDS:
            yield name, value


def _is_record(line: LogLine, above: LogLine | None) -> bool:
    # A log source may give rows without a time that of the row above.
    has_new_time = line.at is not None and (above is None or above.at != line.at)
    return has_new_time or line.level is not LogLevel.UNKNOWN or bool(line.fields)


def _is_bare(line: LogLine) -> bool:
    return line.at is None and line.level is LogLevel.UNKNOWN
