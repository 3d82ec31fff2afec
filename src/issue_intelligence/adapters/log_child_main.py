"""The other side of log_child.py: what runs in the child process."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import msgspec

from issue_intelligence.adapters.log_child import Answer, Asked
from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.ports.errors import OutsideError, TransientError
from issue_intelligence.ports.log_source import LogBatch

# Acknowledgements go first where both want the same core.
_NICENESS = 2
_MAX_QUESTION_BYTES = 1024 * 1024

Q = TypeVar("Q")


def answer_questions(kind: type[Q], fetch: Callable[[Q], Awaitable[LogBatch]]) -> None:
    """Answer each question on standard input with an analysis, until it ends."""
    os.nice(_NICENESS)
    asyncio.run(_answer_all(msgspec.json.Decoder(Asked[kind]), fetch))  # type: ignore[valid-type]


async def _answer_all(
    decoder: "msgspec.json.Decoder[Asked[Q]]", fetch: Callable[[Q], Awaitable[LogBatch]]
) -> None:
    reader = asyncio.StreamReader(limit=_MAX_QUESTION_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
    )
    tasks: dict[int, asyncio.Task[Answer]] = {}

    def ended(number: int, task: "asyncio.Task[Answer]") -> None:
        del tasks[number]
        _write(_answer(number, task))

    while line := await reader.readline():
        asked = decoder.decode(line)
        if asked.question is not None:
            task = asyncio.create_task(_examine(asked.number, asked.question, fetch))
            tasks[asked.number] = task
            task.add_done_callback(partial(ended, asked.number))
        elif asked.number in tasks:
            tasks[asked.number].cancel()
        else:
            # Its answer crossed the taking back; whoever waits for the confirmation gets it all the same.
            _write(_taken_back(asked.number))


async def _examine(number: int, question: Q, fetch: Callable[[Q], Awaitable[LogBatch]]) -> Answer:
    batch = await fetch(question)
    # In a thread, so that other answers keep coming in over the network.
    analysis = await asyncio.to_thread(analyze_log, batch.lines, truncated=batch.truncated)
    return Answer(number=number, analysis=analysis, notes=batch.notes)


def _write(answer: Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


def _taken_back(number: int) -> Answer:
    return Answer(number=number, error="taken back")


def _answer(number: int, task: "asyncio.Task[Answer]") -> Answer:
    if task.cancelled():
        return _taken_back(number)
    error = task.exception()
    if error is None:
        return task.result()
    if isinstance(error, TransientError):
        return Answer(
            number=number, error=str(error), is_transient=True, retry_after_seconds=error.retry_after_seconds
        )
    if isinstance(error, OutsideError):
        return Answer(number=number, error=str(error))
    return Answer(number=number, error=f"the reader of logs broke: {type(error).__name__}: {error}")
