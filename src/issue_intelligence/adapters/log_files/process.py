"""Reads and analyses logs in a process of its own, so that 5,000 lines never delay an acknowledgement.

One child, started with the first question and again after it broke. It answers one question at a
time, one JSON document a line each way, and ends by itself when its standard input does.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

import msgspec

from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.ports.log_source import ExaminedLogs, LogQuery

CHILD_MODULE = "issue_intelligence.adapters.log_files.process_child"
# An analysis holds bounded samples, far below this; without a bound a line could fill the memory.
MAX_ANSWER_BYTES = 32 * 1024 * 1024


class Question(msgspec.Struct):
    pattern: str
    query: LogQuery


class Answer(msgspec.Struct):
    """Either an analysis, or why there is none."""

    analysis: LogAnalysis | None = None
    notes: tuple[str, ...] = ()
    error: str = ""
    is_transient: bool = False


_decoder = msgspec.json.Decoder(Answer)


class LogFilesExaminer:
    """Implements ports.log_source.LogExaminer over log files."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    @property
    def description(self) -> str:
        return f"log files {self._pattern}"

    async def examine(self, query: LogQuery) -> ExaminedLogs:
        question = msgspec.json.encode(Question(pattern=self._pattern, query=query)) + b"\n"
        async with self._turn:
            answer = await self._ask(question)
        if answer.analysis is not None:
            return ExaminedLogs(analysis=answer.analysis, notes=answer.notes)
        raise TransientError(answer.error) if answer.is_transient else PermanentError(answer.error)

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _ask(self, question: bytes) -> Answer:
        is_answered = False
        try:
            for _attempt in range(2):
                line = await self._exchange(question)
                # Nothing: the child is gone, killed for want of memory perhaps. A new one may do better.
                if line.endswith(b"\n"):
                    answer = _decoder.decode(line)
                    is_answered = True
                    return answer
                await self.stop()
        except (OSError, ValueError) as error:
            raise TransientError(f"the process that reads logs did not answer: {error}") from error
        finally:
            # Also when the collector's deadline cut us off: the late answer must not meet the next question.
            if not is_answered:
                await self.stop()
        raise TransientError("the process that reads logs ended twice without an answer")

    async def _exchange(self, question: bytes) -> bytes:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                CHILD_MODULE,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                limit=MAX_ANSWER_BYTES,
                # Ctrl-C is for the service, which then ends its child itself.
                start_new_session=True,
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise OSError("the child has no pipes")
        try:
            stdin.write(question)
            await stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            return b""
        return await stdout.readline()
