"""`issue-intelligence evaluate`: how often the decision is right on scenarios that people labelled."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from issue_intelligence.bootstrap.evaluation_run import Result
from issue_intelligence.bootstrap.evaluation_run import evaluate as evaluated
from issue_intelligence.cli.evaluation_view import show_evaluation
from issue_intelligence.core.redact.redaction import redact
from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.evaluation.document import evaluation_document
from issue_intelligence.evaluation.judging import Case
from issue_intelligence.evaluation.model import Problem
from issue_intelligence.evaluation.reading import find_scenarios, names_of
from issue_intelligence.log_setup import set_up_logging
from issue_intelligence.settings import load_settings

EXIT_NOT_ALL_PASSED = 1
EXIT_WRONG_USAGE = 2
_MAX_PROBLEM_CHARS = 500


def evaluate(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder with a folder for each scenario, at any depth.")
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one JSON document to standard output.")
    ] = False,
) -> None:
    """Decide labelled scenarios and say how often that was right.

    Exits with 1 when a case did not pass, and with 2 when a scenario is malformed; the others are decided
    all the same. The format is described in docs/evaluation.md.
    """
    settings = load_settings()
    set_up_logging(level="ERROR")
    scenarios = _found(folder)
    names = names_of(scenarios, folder)
    results: list[Result] = []
    with _progress(len(scenarios)) as advance:
        for result in evaluated(scenarios, names, settings):
            results.append(result)
            advance(result)
    cases = [each for each in results if isinstance(each, Case)]
    problems = [problem for each in results if not isinstance(each, Case) for problem in each]
    if as_json:
        typer.echo(json.dumps(evaluation_document(cases, problems), indent=2, ensure_ascii=False))
    else:
        show_evaluation(cases)
    _tell(problems)
    if problems:
        raise typer.Exit(EXIT_WRONG_USAGE)
    if not all(case.passed for case in cases):
        raise typer.Exit(EXIT_NOT_ALL_PASSED)


def _found(folder: Path) -> list[Path]:
    if not folder.is_dir():
        _stop(f"{folder} is not a folder.")
    try:
        found = find_scenarios(folder)
    except OSError as error:
        _stop(f"{folder} cannot be read: {error.strerror}.")
    if not found:
        _stop(f"{folder} holds no scenario: no folder in it has an alert.json.")
    return found


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Result], None]]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _result: None
        return
    columns = (TextColumn("Deciding"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("deciding", total=total)
        yield lambda _result: progress.update(task, advance=1)


def _tell(problems: Sequence[Problem]) -> None:
    for problem in problems:
        typer.echo(one_line(redact(str(problem)), _MAX_PROBLEM_CHARS), err=True)


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(EXIT_WRONG_USAGE)
