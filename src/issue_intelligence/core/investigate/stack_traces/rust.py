"""Stack traces of Rust: panics, and the backtraces of error types (https://doc.rust-lang.org/std/backtrace/)."""

import re
from collections.abc import Sequence

from issue_intelligence.core.investigate.stack_traces.below_head import is_foreign
from issue_intelligence.core.investigate.stack_traces.causes import conclude
from issue_intelligence.core.investigate.stack_traces.language import Link, ParsedTrace, TraceRow
from issue_intelligence.core.model.logs import StackFrame

_PANIC = re.compile(
    r"thread '(?P<thread>[^'\n]{0,200})'(?: \(\d{1,12}\))? panicked at (?:'(?P<message>.{0,2000}?)', )?"
    r"(?P<file>[^\s':,][^:\n']{0,300}):(?P<line>\d{1,9})(?::\d{1,9})?(?P<follows>:)?\s{0,4}$",
    re.DOTALL,
)
_OPEN_PANIC = re.compile(
    r"thread '(?P<thread>[^'\n]{0,200})'(?: \(\d{1,12}\))? panicked at '(?P<message>.{1,2000})$", re.DOTALL
)
_PLACE_OF_OPEN = re.compile(
    r"(?P<message>.{0,2000})', (?P<file>[^\s':,][^:\n']{0,300}):(?P<line>\d{1,9}):\d{1,9}\s{0,4}$"
)
_BACKTRACE = re.compile(r"\s{0,8}(?:[Ss]tack backtrace|BACKTRACE|━+ BACKTRACE ━+|Location):?\s{0,8}$")
_FUNCTION = re.compile(
    r"\s{0,12}\d{1,4}: {1,12}(?:0x[0-9a-f]{1,16} - )?(?P<function>\S[^\n]{0,600}?)\s"
    r"{0,8}$"
)
_PLACE = re.compile(r"\s{1,60}at (?P<file>[^\n]{1,400}?):(?P<line>\d{1,9})(?::\d{1,9})?\s{0,8}$")
_NOTE = re.compile(
    r"\s{0,20}(?:note: .{1,300}|⋮ .{0,100}|(?:\[\.{3}|\.{3}).{0,80}|fatal runtime error: .{0,200}"
    r"|\(backtrace .{0,80})\s{0,8}$"
)
_ERROR = re.compile(r"(?:^|\s|\]: ?)Error: (?P<message>.{0,2000})", re.DOTALL)
_CAUSED_BY = re.compile(r"\s{0,8}Caused by:\s{0,8}$")
_CAUSE = re.compile(r"\s{2,12}(?:\d{1,3}: )?(?P<message>\S.{0,1000})")
_HASH = re.compile(r"::h[0-9a-f]{16}$")
_LIBRARY_PATH = re.compile(
    r"/rustc/|.{0,300}?(?:[/\\]\.cargo[/\\]|[/\\]cargo[/\\]registry|[/\\]registry[/\\]src[/\\]"
    r"|[/\\]rustlib[/\\]|[/\\]git[/\\]checkouts[/\\]|[/\\]vendor[/\\])|library/(?:std|core|alloc)/"
    r"|/build/glibc|\./(?:nptl|csu)/|\.\./sysdeps"
)
_LIBRARY_NAME = re.compile(
    r"[<&(]{0,4}(?:dyn |mut |impl )?(?:std|core|alloc|tokio\w{0,30}|actix\w{0,30}|hyper\w{0,20}"
    r"|axum\w{0,20}|tower\w{0,20}|futures\w{0,20}|rayon\w{0,20}"
    r"|tonic|reqwest|sqlx\w{0,20}|diesel\w{0,20}|serde\w{0,20}|rocket|warp|anyhow|eyre|color_eyre"
    r"|tracing\w{0,20}|backtrace|test|crossbeam\w{0,20}|mio|h2|clap\w{0,20}|rust_\w{1,30}"
    r"|__rust\w{1,40}|_*main|_*start\w{0,20}|clone3?|__libc\w{1,40}|<?unknown>?|_rjem\w{1,20}"
    r"|BaseThreadInitThunk|RtlUserThreadStart|invoke_main|__scrt\w{1,40})(?:::|$|[ <])"
)
_MAX_ROWS = 400
_MAX_ABOVE = 16
_MAX_FOREIGN_ROWS = 10


class RustTraces:
    """Reads Rust's traces: noticed by the panic, or by the backtrace of an error."""

    def starts_at(self, rows: Sequence[TraceRow], position: int) -> bool:
        text = rows[position].text
        if " panicked at " in text:
            return _panic(text) is not None
        return (
            "acktrace" in text and _BACKTRACE.match(text) is not None and _frame_follows(rows, position + 1)
        )

    def read(self, rows: Sequence[TraceRow], position: int, free_from: int) -> ParsedTrace | None:
        panic = _panic(rows[position].text)
        if panic is None:
            start, links = _error_above(rows, position, free_from)
            taken = [at for at in range(start, position) if not is_foreign(rows[at], rows[position])]
            at = position
        else:
            links, at = [Link(exception="panic", message=panic["message"] or "")], position + 1
            taken = [position]
            at, place = _rest_of_message(rows, at, links[0], panic)
            taken += range(position + 1, at)
        frames = _read_frames(rows, at, taken)
        if panic is not None and place is not None:
            frames = _with_place(place, frames)
        links[-1].frames = frames
        return conclude("rust", links, taken)


def _panic(text: str) -> re.Match[str] | None:
    return _PANIC.search(text, 0, 4_000) or _OPEN_PANIC.search(text, 0, 4_000)


def _rest_of_message(
    rows: Sequence[TraceRow], at: int, link: Link, panic: re.Match[str]
) -> tuple[int, re.Match[str] | None]:
    """Read a message that stands below the place (since Rust 1.73), or goes on there (before)."""
    head = rows[at - 1]
    if panic.re is _OPEN_PANIC:
        for end in range(at, min(len(rows), at + _MAX_ABOVE)):
            place = _PLACE_OF_OPEN.match(rows[end].text)
            if place is not None:
                more = [row.text for row in rows[at:end]]
                link.message = "\n".join([link.message, *more, place["message"]]).strip()
                return end + 1, place
        return at, None
    if not panic["follows"]:
        return at, panic
    end = at
    while end < min(len(rows), at + _MAX_ABOVE):
        row = rows[end]
        if _BACKTRACE.match(row.text) or _NOTE.match(row.text) or not row.text.strip():
            break
        if row.is_record and not row.is_dressed_like(head):
            break
        if end > at and not _ends_below(rows, end):
            break
        end += 1
    link.message = "\n".join(row.text for row in rows[at:end]).strip()
    return end, panic


def _ends_below(rows: Sequence[TraceRow], at: int) -> bool:
    """Say whether a backtrace or a note follows, so that the rows before it are the message."""
    return any(_BACKTRACE.match(row.text) or _NOTE.match(row.text) for row in rows[at : at + _MAX_ABOVE])


def _error_above(rows: Sequence[TraceRow], position: int, free_from: int) -> tuple[int, list[Link]]:
    lowest = max(free_from, position - _MAX_ABOVE, 0)
    for at in range(position - 1, lowest - 1, -1):
        match = _ERROR.search(rows[at].text, 0, 2_500)
        if match is None:
            continue
        links = [Link(exception="Error", message=match["message"].strip())]
        below = at + 1
        while below < position and not _CAUSED_BY.match(rows[below].text):
            below += 1
        for row in rows[below + 1 : position]:
            cause = None if is_foreign(row, rows[position]) else _CAUSE.match(row.text)
            if cause is not None:
                links.append(Link(exception="", message=cause["message"].strip()))
        return at, links
    return position, [Link(exception="Error", message="")]


def _read_frames(rows: Sequence[TraceRow], at: int, taken: list[int]) -> list[StackFrame]:
    frames: list[StackFrame] = []
    first = at
    pending: str | None = None
    is_open = first > 0 and _BACKTRACE.match(rows[first].text) is not None if first < len(rows) else False
    while at < len(rows) and at - first < _MAX_ROWS:
        text = rows[at].text
        place = _PLACE.match(text)
        if place is not None and pending is not None:
            frames.append(_frame(pending, place["file"], int(place["line"])))
            pending = None
        elif (match := _FUNCTION.match(text)) is not None and (frames or pending or taken):
            if pending is not None:
                frames.append(_frame(pending, "", None))
            pending = match["function"]
        elif _BACKTRACE.match(text):
            is_open = True
        # A second place of one function belongs to the trace and tells no frame.
        elif not _NOTE.match(text) and (place is None or not frames):
            following = _next_part(rows, at, has_frames=bool(frames or pending) or is_open)
            if following is None:
                break
            at = following
            continue
        taken.append(at)
        at += 1
    if pending is not None:
        frames.append(_frame(pending, "", None))
    return frames


def _next_part(rows: Sequence[TraceRow], position: int, *, has_frames: bool) -> int | None:
    for at in range(position, min(len(rows), position + _MAX_FOREIGN_ROWS + 1)):
        text = rows[at].text
        if not text.strip() or " panicked at " in text:
            return None
        # Where it stands nothing went on, and looking there again would never end.
        if at > position and (
            _BACKTRACE.match(text)
            or _NOTE.match(text)
            or (has_frames and (_PLACE.match(text) or _FUNCTION.match(text)))
        ):
            return at
    return None


def _frame_follows(rows: Sequence[TraceRow], at: int) -> bool:
    return any(_FUNCTION.match(row.text) for row in rows[at : at + 3])


def _frame(function: str, file: str, line: int | None) -> StackFrame:
    function = _HASH.sub("", function)
    is_library = (
        _LIBRARY_NAME.match(function)
        if not file
        else _LIBRARY_PATH.match(file) or _LIBRARY_NAME.match(function)
    )
    return StackFrame(function=function, file=file, line=line, in_app=not is_library)


def _with_place(place: re.Match[str], frames: list[StackFrame]) -> list[StackFrame]:
    """Put the place of the panic first, unless a frame of the backtrace says it too."""
    file, line = place["file"], int(place["line"])
    stem = file.removeprefix("./")
    if any(frame.line == line and frame.file.endswith(stem) for frame in frames):
        return frames
    is_own = _LIBRARY_PATH.match(file) is None
    return [StackFrame(function="", file=file, line=line, in_app=is_own), *frames]
