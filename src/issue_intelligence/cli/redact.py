"""issue-intelligence redact: any text without its secrets and personal data."""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from issue_intelligence.core.redact.redaction import find_sensitive, replace_findings

# A key may span many lines, so the text is read whole; a larger one has to be split.
MAX_INPUT_BYTES = 256 << 20


def redact_command(
    file: Annotated[str, typer.Argument(help="A text file, or - for standard input.")] = "-",
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help='One JSON document: {"text", "found": [{"kind", "start", "end"}]}.')
    ] = False,
) -> None:
    """Print the text with secrets and personal data replaced by [REDACTED:<kind>].

    With --json also which kinds stood where, in characters of the original text; never the values.
    """
    text = _read_text(file)
    found = find_sensitive(text)
    redacted = replace_findings(text, found)
    if as_json:
        # ASCII only, so that what no encoding can write still arrives.
        output = json.dumps({"text": redacted, "found": [dataclasses.asdict(item) for item in found]}) + "\n"
    else:
        output = redacted
    # Bytes, since what was not UTF-8 leaves as it came and line ends are the text's own.
    sys.stdout.buffer.write(output.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def _read_text(file: str) -> str:
    try:
        if file == "-":
            data = _read_bounded(sys.stdin.buffer)
        else:
            with Path(file).open("rb") as stream:
                data = _read_bounded(stream)
    except OSError as error:
        raise _usage_error(f"cannot read {file[:200]}: {error.strerror or 'unknown reason'}") from None
    except ValueError as error:
        # A NUL in the path.
        raise _usage_error(f"cannot read {file[:200]!r}: {error}") from None
    return data.decode("utf-8", "surrogateescape")


def _read_bounded(stream: BinaryIO) -> bytes:
    data = stream.read(MAX_INPUT_BYTES + 1)
    if len(data) > MAX_INPUT_BYTES:
        raise _usage_error(f"the text is larger than {MAX_INPUT_BYTES >> 20} MiB; split it first")
    return data


def _usage_error(message: str) -> typer.Exit:
    typer.echo(f"redact: {message}", err=True)
    return typer.Exit(2)
