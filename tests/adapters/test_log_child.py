"""The process that reads logs: cut off, killed, broken or standing still, it is no worse than a failure."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from issue_intelligence.adapters.log_child import LogChild
from issue_intelligence.adapters.log_files.examiner import CHILD_MODULE, Question
from issue_intelligence.ports.errors import PermanentError, TransientError
from issue_intelligence.ports.log_source import LogQuery
from tests.journey.waiting import wait_until

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class Watch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def child(watch: Watch) -> AsyncIterator[LogChild]:
    child = LogChild(CHILD_MODULE, at_once=3, patience_seconds=60, monotonic=watch)
    yield child
    await child.stop()


def question(folder: Path) -> Question:
    (folder / "shop.log").write_text("2026-11-24T09:59:59Z ERROR boom\n")
    query = LogQuery(service="shop", from_at=NOW - timedelta(minutes=15), until_at=NOW, limit=100)
    return Question(pattern=str(folder / "{service}.log"), query=query)


async def cut_off(child: LogChild, asked: Question) -> None:
    task = asyncio.create_task(child.ask(asked))
    while not child.under_way:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_child_that_stands_still_is_replaced(child: LogChild, watch: Watch, tmp_path: Path) -> None:
    asked = question(tmp_path)
    await child.ask(asked)
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    await cut_off(child, asked)
    watch.seconds = 61
    assert (await child.ask(asked)).analysis.lines == 1
    assert child.pid != first


async def test_child_that_takes_back_what_was_cut_off_stays(
    child: LogChild, watch: Watch, tmp_path: Path
) -> None:
    asked = question(tmp_path)
    await child.ask(asked)
    first = child.pid
    await cut_off(child, asked)
    await wait_until(lambda: child._child is not None and not child._child.given_up, timeout_seconds=30)
    watch.seconds = 61
    await child.ask(asked)
    assert child.pid == first


async def test_module_that_is_no_child_is_a_passing_failure() -> None:
    child = LogChild("issue_intelligence.version")
    with pytest.raises(TransientError, match="ended twice without an answer"):
        await child.ask({"anything": 1})
    await child.stop()


async def test_reader_that_breaks_says_so_and_goes_on(child: LogChild, tmp_path: Path) -> None:
    asked = question(tmp_path)
    await child.ask(asked)
    first = child.pid
    # No time of a line can be compared with this.
    naive = replace(asked.query, from_at=asked.query.from_at.replace(tzinfo=None))
    broken = Question(pattern=asked.pattern, query=naive)
    with pytest.raises(PermanentError, match="the reader of logs broke: TypeError"):
        await child.ask(broken)
    assert (await child.ask(asked)).analysis.lines == 1
    assert child.pid == first
