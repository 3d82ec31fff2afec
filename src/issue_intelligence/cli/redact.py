"""issue-intelligence redact: any text without its secrets and personal data."""

import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from issue_intelligence.cli.redact_stream import LineTooLongError, RedactedStream
from issue_intelligence.core.redact.redaction import find_sensitive, replace_findings

# Of a document for --json, which is held whole, and of a line otherwise.
MAX_INPUT_BYTES = 256 << 20
_PROGRESS_BYTES = 16 << 20


def redact_command(
    file: Annotated[str, typer.Argument(help="A text file, or - for standard input.")] = "-",
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help='One JSON document: {"text", "found": [{"kind", "start", "end"}]}.')
    ] = False,
    ips: Annotated[bool, typer.Option("--ips", help="Replace IP addresses too.")] = False,
) -> None:
    """Print the text with secrets and personal data replaced by [REDACTED:<kind>#<number>].

    One number of a kind stands for one value. With --json also which kinds stood where, in characters of the
    original text; never the values. What was found is told on standard error.
    """
    with _opened(file) as stream:
        counts = _print_document(stream, ips=ips) if as_json else _print_text(stream, ips=ips)
    typer.echo(f"redact: {_told(counts)}", err=True)


def _print_text(stream: BinaryIO, *, ips: bool) -> Mapping[str, int]:
    redacted = RedactedStream(stream=stream, ips=ips, max_line_bytes=MAX_INPUT_BYTES, on_progress=_progress)
    try:
        for piece in redacted.pieces():
            # Bytes, since what was not UTF-8 leaves as it came and line ends are the text's own.
            sys.stdout.buffer.write(piece.encode("utf-8", "surrogateescape"))
            sys.stdout.buffer.flush()
    except LineTooLongError:
        raise _usage_error(f"a line is longer than {MAX_INPUT_BYTES >> 20} MiB; split it first") from None
    return redacted.counts


def _print_document(stream: BinaryIO, *, ips: bool) -> Mapping[str, int]:
    data = stream.read(MAX_INPUT_BYTES + 1)
    if len(data) > MAX_INPUT_BYTES:
        raise _usage_error(f"the text is larger than {MAX_INPUT_BYTES >> 20} MiB; split it first")
    text = data.decode("utf-8", "surrogateescape")
    found = find_sensitive(text, ips=ips)
    document = {
        "text": replace_findings(text, found),
        "found": [dataclasses.asdict(item) for item in found],
    }
    # ASCII only, so that what no encoding can write still arrives.
    sys.stdout.buffer.write((json.dumps(document) + "\n").encode("ascii"))
    sys.stdout.buffer.flush()
    return Counter(item.kind for item in found)


def _progress(read_bytes: int) -> None:
    if sys.stderr.isatty() and read_bytes % _PROGRESS_BYTES == 0:
        typer.echo(f"redact: {read_bytes >> 20} MiB read", err=True)


def _told(counts: Mapping[str, int]) -> str:
    kinds = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return ", ".join(f"{count:,} {kind}" for kind, count in kinds) or "nothing found"


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    try:
        return nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb")
    except OSError as error:
        raise _usage_error(f"cannot read {file[:200]}: {error.strerror or 'unknown reason'}") from None
    except ValueError as error:
        # A NUL in the path.
        raise _usage_error(f"cannot read {file[:200]!r}: {error}") from None


def _usage_error(message: str) -> typer.Exit:
    typer.echo(f"redact: {message}", err=True)
    return typer.Exit(2)
