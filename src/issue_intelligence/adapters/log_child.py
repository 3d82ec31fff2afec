"""A child process that reads and analyses logs, so that 5,000 lines never delay an acknowledgement.

It is started with the first question and again after it broke, takes several at once, and ends by itself
when its standard input does. Both ways go JSON documents, one a line.
"""

import asyncio
import itertools
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from issue_intelligence.core.model.logs import LogAnalysis
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.ports.log_source import ExaminedLogs

# An analysis holds bounded samples, far below this; without a bound a line could fill the memory.
MAX_ANSWER_BYTES = 32 * 1024 * 1024

Q = TypeVar("Q")


class Asked(msgspec.Struct, Generic[Q]):
    """A question and the number that its answer carries; without a question, that number is taken back."""

    number: int
    question: Q | None


class Answer(msgspec.Struct):
    """Either an analysis, or why there is none."""

    number: int
    analysis: LogAnalysis | None = None
    notes: tuple[str, ...] = ()
    error: str = ""
    is_transient: bool = False
    retry_after_seconds: float | None = None


class LogChild:
    """Asks the child, which is the module `module` run as a program.

    `at_once` bounds the questions that are under way; the others wait. A question that was cut off is taken
    back. A child that does not confirm that within `patience_seconds` counts as stuck and is replaced; with
    0 it is replaced at once.
    """

    def __init__(
        self,
        module: str,
        *,
        at_once: int = 1,
        patience_seconds: float = 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._module = module
        self._turns = asyncio.Semaphore(at_once)
        self._patience_seconds = patience_seconds
        self._monotonic = monotonic
        self._numbers = itertools.count(1)
        self._starting = asyncio.Lock()
        self._child: _Child | None = None

    @property
    def pid(self) -> int | None:
        return self._child.process.pid if self._child is not None else None

    @property
    def under_way(self) -> int:
        """Count the questions that the child has and that somebody waits for."""
        return len(self._child.waiting) if self._child is not None else 0

    async def ask(self, question: object) -> ExaminedLogs:
        """Have the child read and analyse. Raises TransientError or PermanentError."""
        async with self._turns:
            answer = await self._ask(question)
        if answer.analysis is not None:
            return ExaminedLogs(analysis=answer.analysis, notes=answer.notes)
        if answer.is_transient:
            raise TransientError(answer.error, retry_after_seconds=answer.retry_after_seconds)
        raise PermanentError(answer.error)

    async def stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.stop()

    async def _ask(self, question: object) -> Answer:
        try:
            for _attempt in range(2):
                answer = await self._exchange(question)
                # None: the child is gone, killed for want of memory perhaps. A new one may do better.
                if answer is not None:
                    return answer
        except OSError as error:
            raise TransientError(f"the process that reads logs did not answer: {error}") from error
        raise TransientError("the process that reads logs ended twice without an answer")

    async def _exchange(self, question: object) -> Answer | None:
        child = await self._running()
        number = next(self._numbers)
        try:
            return await child.exchange(number, msgspec.json.encode(Asked(number, question)) + b"\n")
        except asyncio.CancelledError:
            # The asker's deadline passed, or the service ends.
            if self._patience_seconds > 0:
                child.take_back(number, self._monotonic())
            elif child is self._child:
                await self.stop()
            raise

    async def _running(self) -> "_Child":
        async with self._starting:
            child = self._child
            if child is not None and child.is_stuck(self._monotonic() - self._patience_seconds):
                await self.stop()
            if self._child is None or self._child.is_gone:
                self._child = _Child(await _start(self._module))
            return self._child


class _Child:
    def __init__(self, process: Process) -> None:
        self.process = process
        self.waiting: dict[int, asyncio.Future[Answer | None]] = {}
        # Questions that nobody waits for any more, and since when.
        self.given_up: dict[int, float] = {}
        self._decoder = msgspec.json.Decoder(Answer)
        self._reading = asyncio.create_task(self._read())

    @property
    def is_gone(self) -> bool:
        return self._reading.done() or self.process.returncode is not None

    def is_stuck(self, before: float) -> bool:
        return any(since <= before for since in self.given_up.values())

    async def exchange(self, number: int, line: bytes) -> Answer | None:
        """Give the answer; None when the child ended without one."""
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self.waiting[number] = answer
        try:
            if self.process.stdin is None or self.is_gone:
                return None
            self.process.stdin.write(line)
            await self.process.stdin.drain()
            return await answer
        except (BrokenPipeError, ConnectionResetError):
            return None
        finally:
            self.waiting.pop(number, None)

    def take_back(self, number: int, now: float) -> None:
        self.given_up[number] = now
        if self.process.stdin is not None and not self.is_gone:
            self.process.stdin.write(msgspec.json.encode(Asked(number, None)) + b"\n")

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._reading

    async def _read(self) -> None:
        stdout = self.process.stdout
        try:
            while stdout is not None and (line := await stdout.readline()).endswith(b"\n"):
                answer = self._decoder.decode(line)
                self.given_up.pop(answer.number, None)
                waiting = self.waiting.get(answer.number)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
        except (OSError, ValueError, msgspec.MsgspecError):
            # It speaks, but not our language: what comes after cannot be told apart any more.
            if self.process.returncode is None:
                self.process.kill()
        finally:
            for waiting in self.waiting.values():
                if not waiting.done():
                    waiting.set_result(None)


async def _start(module: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        limit=MAX_ANSWER_BYTES,
        # Ctrl-C is for the service, which then ends its child itself.
        start_new_session=True,
    )
