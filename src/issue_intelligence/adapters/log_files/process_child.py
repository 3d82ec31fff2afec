"""The child of process.py: answers each question on standard input with an analysis."""

import asyncio
import os
import sys
from datetime import datetime

import msgspec

from issue_intelligence.adapters.log_files.process import Answer, Question
from issue_intelligence.adapters.log_files.source import LogFilesSource
from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.model.logs import LogLine
from issue_intelligence.ports.errors import OutsideError, TransientError

# Acknowledgements go first where both want the same core.
_NICENESS = 2


def main() -> None:
    os.nice(_NICENESS)
    decoder = msgspec.json.Decoder(Question)
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(msgspec.json.encode(_answer(decoder.decode(line))) + b"\n")
        sys.stdout.buffer.flush()


def _answer(question: Question) -> Answer:
    source = LogFilesSource(question.pattern, read_line=_read_line)
    try:
        batch = asyncio.run(source.fetch(question.query))
    except OutsideError as error:
        return Answer(error=str(error), is_transient=isinstance(error, TransientError))
    return Answer(analysis=analyze_log(batch.lines, truncated=batch.truncated), notes=batch.notes)


def _read_line(number: int, text: str, default_at: datetime | None) -> LogLine:
    return read_log_line(number, text, default_at=default_at)


if __name__ == "__main__":
    main()
