"""Wires `replay` and `backtest`: a database that only reads, and processes that decide."""

import multiprocessing
import os
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime

from issue_intelligence.adapters.database.decision_archive import DatabaseDecisionArchive
from issue_intelligence.adapters.database.read_only import open_read_only
from issue_intelligence.bootstrap.catalogue import catalogue_of
from issue_intelligence.bootstrap.judge import judge_again_of
from issue_intelligence.bootstrap.stores import urls_of
from issue_intelligence.core.decide.comparison import Comparison
from issue_intelligence.pipeline import decide_again
from issue_intelligence.pipeline.backtest import Backtest, Tally
from issue_intelligence.pipeline.judge import MAX_ALERTS, Judge
from issue_intelligence.ports.decision_archive import NoDecision
from issue_intelligence.settings import Settings

# Below it, to start processes takes longer than the work.
FEW_ALERTS = 2_000
MAX_PROCESSES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Court:
    archive: DatabaseDecisionArchive
    judge: Judge


async def replay(settings: Settings, alert_id: str) -> Comparison | NoDecision:
    """Decide again about one alert under these settings. Raises OutsideError."""
    async with _court(settings) as court:
        return await decide_again.replay(court.archive, court.judge, alert_id)


async def backtest(settings: Settings, since: datetime, on_progress: Callable[[int, int], None]) -> Backtest:
    """Decide again about all alerts received since then. Raises OutsideError.

    `on_progress` hears how many alerts are done, of how many.
    """
    async with _court(settings) as court:
        total = await court.archive.count(since)
        tally = Tally()
        with _workers(total) as (executor, at_once):
            async for result in decide_again.backtest(
                court.archive, court.judge, since, executor, at_once=at_once
            ):
                tally.add(result)
                on_progress(tally.seen, total)
    return tally.result()


@asynccontextmanager
async def _court(settings: Settings) -> AsyncIterator[_Court]:
    catalogue = catalogue_of(settings)
    engine = await open_read_only(urls_of(settings).pipeline)
    try:
        archive = DatabaseDecisionArchive(engine, alerts_of_one=MAX_ALERTS)
        judge = judge_again_of(settings, catalogue, await archive.silences())
        yield _Court(archive=archive, judge=judge)
    finally:
        await engine.dispose()


@contextmanager
def _workers(alerts: int) -> Iterator[tuple[Executor, int]]:
    """Give what does the work, and how many pieces it should have at a time."""
    if alerts < FEW_ALERTS:
        with ThreadPoolExecutor(max_workers=1) as thread:
            yield thread, 2
        return
    count = min(MAX_PROCESSES, os.cpu_count() or 1)
    # Not forked: threads of ours run already, and a fork would take their locks along.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=count, mp_context=context) as processes:
        yield processes, 2 * count
