"""Shows an analysis to a person in a terminal: the likely cause first."""

from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from issue_intelligence.core.model.logs import (
    Histogram,
    LogAnalysis,
    LogLevel,
    LogPattern,
    RankedError,
    StackTrace,
)
from issue_intelligence.core.report.sparkline import bucket_words, sparkline

_STYLES = {
    LogLevel.FATAL: "bold red",
    LogLevel.ERROR: "red",
    LogLevel.WARNING: "yellow",
    LogLevel.INFO: "green",
    LogLevel.DEBUG: "dim",
    LogLevel.UNKNOWN: "dim",
}
_MAX_ERRORS = 5
_MAX_PATTERNS = 15
_MAX_TRACES = 5
_MAX_FRAMES = 6
_MAX_ENDPOINTS = 10


def show_analysis(console: Console, analysis: LogAnalysis) -> None:
    """Print the analysis; texts from the log are printed as they are, never as markup."""
    console.print(_headline(analysis))
    if analysis.errors:
        console.print(_heading("Errors, the likely cause first", len(analysis.errors), _MAX_ERRORS))
        for place, error in enumerate(analysis.errors[:_MAX_ERRORS], start=1):
            console.print(Padding(_error(place, error), (0, 0, 0, 2), expand=False))
    if analysis.stack_traces:
        console.print(_heading("Stack traces", len(analysis.stack_traces), _MAX_TRACES))
        for trace in analysis.stack_traces[:_MAX_TRACES]:
            console.print(Padding(_trace(trace), (0, 0, 1, 2), expand=False))
    if analysis.patterns:
        console.print(_heading("Patterns", len(analysis.patterns), _MAX_PATTERNS))
        console.print(_patterns(analysis.patterns[:_MAX_PATTERNS], _time_format(analysis)))
    if analysis.affected_endpoints:
        console.print(_heading("Endpoints of errors", len(analysis.affected_endpoints), _MAX_ENDPOINTS))
        for item in analysis.affected_endpoints[:_MAX_ENDPOINTS]:
            console.print(Text(f"  {item.count:>6}  {item.endpoint}"))


def _headline(analysis: LogAnalysis) -> RenderableType:
    span = (
        f", {_clock(analysis.first_seen)} to {_clock(analysis.last_seen)} UTC"
        if analysis.first_seen
        else ", without times"
    )
    rows = [Text(f"{_count(analysis.lines, 'line')}{span}", style="bold")]
    if analysis.error_lines:
        rate = f", {analysis.frequency:.1f} a minute" if analysis.first_occurrence else ""
        rows.append(
            Text(
                f"{_count(analysis.error_lines, 'error')}{rate}, "
                f"at most {analysis.errors_in_five_minutes} in five minutes",
                style="red",
            )
        )
        rows += [_over_time(each) for each in (analysis.error_histogram,) if each is not None]
    else:
        rows.append(Text("No errors found", style="green"))
    if analysis.affected_users is not None:
        rows.append(Text(f"{_count(analysis.affected_users, 'user')} named on error lines"))
    if analysis.requests is not None:
        statuses = ", ".join(
            f"{count} x {status}" for status, count in analysis.requests.status_codes.items()
        )
        mean = (
            ""
            if analysis.requests.mean_duration_ms is None
            else f", {analysis.requests.mean_duration_ms:.0f} ms on average"
        )
        rows.append(Text(f"{_count(analysis.requests.total, 'request')}: {statuses}{mean}"))
    return Group(*rows)


def _over_time(histogram: Histogram) -> Text:
    bars = sparkline(histogram.counts)
    return Text.assemble("Errors over time ", (bars, "red"), f"  {bucket_words(histogram)} each")


def _error(place: int, error: RankedError) -> RenderableType:
    head = Text.assemble(
        (f"{place}. ", "bold"),
        (error.message.split("\n", 1)[0][:300], _STYLES[error.level]),
        f"  ({_count(error.count, 'time')}, line {error.first_line})",
    )
    rows = [head, *(Text(f"- {reason}", style="dim") for reason in error.reasons)]
    if error.histogram is not None:
        rows.insert(1, Text(sparkline(error.histogram.counts), style=_STYLES[error.level]))
    if error.request_ids:
        rows.append(Text(f"- request ids: {', '.join(error.request_ids)}", style="dim"))
    return Group(rows[0], *(Padding(row, (0, 0, 0, 3), expand=False) for row in rows[1:]))


def _trace(trace: StackTrace) -> RenderableType:
    head = Text.assemble(
        (trace.exception or "Unknown exception", "bold red"), f": {trace.message}" if trace.message else ""
    )
    place = Text.assemble(
        "at ",
        (trace.culprit or "an unknown place", "bold"),
        f"  ({trace.language}, {_count(trace.count, 'time')}, lines {trace.first_line} to {trace.last_line})",
    )
    frames = [
        Text(
            f"{frame.file}{'' if frame.line is None else f':{frame.line}'} {frame.function}",
            style="" if frame.in_app else "dim",
        )
        for frame in trace.frames[:_MAX_FRAMES]
    ]
    if len(trace.frames) > _MAX_FRAMES:
        frames.append(Text(f"and {len(trace.frames) - _MAX_FRAMES} more", style="dim"))
    return Group(head, place, *(Padding(frame, (0, 0, 0, 2), expand=False) for frame in frames))


def _patterns(patterns: tuple[LogPattern, ...], time_format: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Level", no_wrap=True)
    table.add_column("Count", justify="right", no_wrap=True)
    table.add_column("First", no_wrap=True)
    table.add_column("Last", no_wrap=True)
    table.add_column("Pattern, and its first line", ratio=1, overflow="fold")
    for pattern in patterns:
        texts = [Text(pattern.pattern[:300])]
        if pattern.sample.strip() != pattern.pattern:
            texts.append(Text(pattern.sample.strip().split("\n", 1)[0][:300], style="dim"))
        table.add_row(
            Text(pattern.level.value, style=_STYLES[pattern.level]),
            str(pattern.count),
            _clock(pattern.first_seen, time_format),
            _clock(pattern.last_seen, time_format),
            Group(*texts),
        )
    return table


def _heading(title: str, total: int, shown: int) -> Text:
    more = f", the first {shown} of {total}" if total > shown else ""
    return Text(f"\n{title}{more}", style="bold underline")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _time_format(analysis: LogAnalysis) -> str:
    """Leave out the day, which the headline tells, where all lines are of one day."""
    first, last = analysis.first_seen, analysis.last_seen
    return "%H:%M:%S" if first and last and first.date() == last.date() else "%m-%d %H:%M:%S"


def _clock(at: datetime | None, time_format: str = "%Y-%m-%d %H:%M:%S") -> str:
    return "-" if at is None else at.strftime(time_format)
