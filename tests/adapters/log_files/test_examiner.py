"""Logs are read in another process, and nothing that happens to it reaches the service."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from issue_intelligence.adapters.log_files.examiner import LogFilesExaminer
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.log_source import LogQuery

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LINES = "2026-11-24T09:59:58Z INFO started\n2026-11-24T09:59:59Z ERROR boom of user 7\n"


def query(service: str = "shop") -> LogQuery:
    return LogQuery(service=service, from_at=NOW - timedelta(minutes=15), until_at=NOW, limit=5_000)


@pytest.fixture
async def logs(tmp_path: Path) -> AsyncIterator[LogFilesExaminer]:
    (tmp_path / "shop.log").write_text(LINES)
    process = LogFilesExaminer(str(tmp_path / "{service}.log"))
    yield process
    await process.stop()


def child_of(logs: LogFilesExaminer) -> int:
    pid = logs._child.pid
    assert pid is not None
    return pid


async def test_the_window_is_read_and_analysed(logs: LogFilesExaminer) -> None:
    examined = await logs.examine(query())
    assert (examined.analysis.lines, examined.analysis.error_lines) == (2, 1)


async def test_questions_at_once_each_get_their_own_answer(logs: LogFilesExaminer, tmp_path: Path) -> None:
    (tmp_path / "cart.log").write_text(LINES * 2)
    answers = await asyncio.gather(*(logs.examine(query(name)) for name in ("shop", "cart", "shop")))
    assert [answer.analysis.lines for answer in answers] == [2, 4, 2]


async def test_a_killed_process_is_replaced(logs: LogFilesExaminer) -> None:
    await logs.examine(query())
    first = child_of(logs)
    os.kill(first, signal.SIGKILL)
    examined = await logs.examine(query())
    assert examined.analysis.lines == 2
    assert child_of(logs) != first


async def test_what_the_source_says_is_wrong_is_passed_on(logs: LogFilesExaminer) -> None:
    with pytest.raises(PermanentError, match="no log file matches"):
        await logs.examine(query("unknown"))


async def test_a_question_cut_off_leaves_no_answer_to_the_next(logs: LogFilesExaminer) -> None:
    await logs.examine(query())
    first = child_of(logs)
    # It stands still, so the deadline passes for certain.
    os.kill(first, signal.SIGSTOP)
    cut_off = asyncio.create_task(logs.examine(query()))
    while not logs._child.under_way:  # noqa: ASYNC110
        await asyncio.sleep(0)
    cut_off.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut_off
    examined = await logs.examine(query())
    assert examined.analysis.lines == 2
    assert child_of(logs) != first
