"""Evaluates a folder of scenarios, in several processes where there are many; results come in their order."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from issue_intelligence.bootstrap.evaluation import FORMATS, Evaluator
from issue_intelligence.evaluation.judging import Case, judge
from issue_intelligence.evaluation.model import MalformedScenarioError, Problem, Scenario
from issue_intelligence.evaluation.playing import NotTakenInError
from issue_intelligence.evaluation.reading import read_scenario
from issue_intelligence.log_setup import set_up_logging
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.settings import Settings

log = structlog.get_logger()

# Below this a second process costs more than it saves.
FEW = 16
_CHUNK = 4

# What came of a scenario: its case, or what is wrong with its files.
Result = Case | tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    folder: Path
    name: str


def evaluate(folders: Sequence[Path], names: Sequence[str], settings: Settings) -> Iterator[Result]:
    """Play and judge each scenario; give the results in the order of the folders."""
    jobs = [_Job(folder, name) for folder, name in zip(folders, names, strict=True)]
    processes = min(_usable_cores(), len(jobs) // FEW)
    with TemporaryDirectory(prefix="issue-intelligence-evaluate-") as folder:
        if processes < 2:
            yield from _here(jobs, settings, Path(folder))
        else:
            yield from _in_processes(jobs, settings, Path(folder), processes)


def _in_processes(jobs: Sequence[_Job], settings: Settings, folder: Path, processes: int) -> Iterator[Result]:
    pool = ProcessPoolExecutor(
        processes,
        # A fork would take over threads and their locks.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(settings, folder),
    )
    try:
        yield from pool.map(_work, jobs, chunksize=_CHUNK)
    except BrokenProcessPool as error:
        raise PermanentError("a process of the evaluation was ended; is there enough memory?") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _usable_cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _here(jobs: Sequence[_Job], settings: Settings, folder: Path) -> Iterator[Result]:
    with closing(Evaluator(settings, folder)) as evaluator:
        for job in jobs:
            yield _result(job, evaluator)


def _result(job: _Job, evaluator: Evaluator) -> Result:
    try:
        scenario = read_scenario(job.folder, job.name, FORMATS)
    except MalformedScenarioError as error:
        return error.problems
    return _judged(scenario, evaluator)


def _judged(scenario: Scenario, evaluator: Evaluator) -> Case:
    try:
        played = evaluator.play(scenario)
    except NotTakenInError as error:
        return judge(scenario.name, scenario.expected, None, failure=str(error))
    except Exception as error:
        # One scenario that breaks the decision is a wrong decision, and costs the others nothing.
        log.exception("scenario_broke", scenario=scenario.name)
        failure = f"the decision itself broke: {type(error).__name__}: {error}"
        return judge(scenario.name, scenario.expected, None, failure=failure)
    return judge(scenario.name, scenario.expected, played)


class _Process:
    """What a process of the pool keeps from scenario to scenario."""

    evaluator: Evaluator


def _begin(settings: Settings, folder: Path) -> None:
    set_up_logging(level="ERROR")
    own = folder / str(os.getpid())
    own.mkdir()
    _Process.evaluator = Evaluator(settings, own)


def _work(job: _Job) -> Result:
    return _result(job, _Process.evaluator)
