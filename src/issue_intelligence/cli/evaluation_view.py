"""The figures of an evaluation on the terminal, then the cases that did not pass."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from issue_intelligence.core.redact.tree import redact_tree
from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.evaluation.document import actual_document, expected_document
from issue_intelligence.evaluation.figures import Calibration, Share, calibration, shares
from issue_intelligence.evaluation.judging import Case

_PIPE_WIDTH = 160
_MAX_CELL_CHARS = 300
_NAMES = {
    "precision": "precision",
    "recall": "recall",
    "false_suppression": "false suppression",
    "severity": "severity",
    "severity_within_one_step": "severity within one step",
    "type": "type",
    "component": "component",
    "known_issue": "known issue",
    "error": "error named as the cause",
    "culprit": "culprit",
    "remediation": "remediation",
    "should_create_issue": "issue or none",
    "should_update_existing": "open issue found",
    "incidents": "number of incidents",
}
# Where what was decided stands under another name than what is expected.
_ACTUAL_KEYS = {"error_contains": "error", "culprit_contains": "culprit"}


def show_evaluation(cases: Sequence[Case]) -> None:
    console = _console()
    failed = [case for case in cases if not case.passed]
    _show_failed(console, failed)
    console.print(_figures(shares(cases)))
    kinds = _by_kind(cases)
    if len(kinds) > 1:
        console.print(_kinds(kinds))
    _show_calibration(console, calibration(cases))
    console.print(f"{len(cases)} scenarios, {len(cases) - len(failed)} passed, {len(failed)} failed")


def _figures(found: dict[str, Share]) -> Table:
    table = Table(
        Column("Figure", no_wrap=True), Column("Value", justify="right"), Column("n", justify="right"),
        Column("95 % bounds", no_wrap=True), box=None, pad_edge=False,
    )  # fmt: skip
    for name, share in found.items():
        if share.trials:
            table.add_row(_NAMES[name], _value(share), str(share.trials), _bounds(share))
    return table


def _kinds(kinds: dict[str, list[Case]]) -> Table:
    names = ("precision", "recall", "false_suppression", "severity", "type", "component", "known_issue")
    table = Table(
        Column("By kind", no_wrap=True), Column("n", justify="right"), Column("passed", justify="right"),
        *(Column(_NAMES[name], justify="right") for name in names), box=None, pad_edge=False,
    )  # fmt: skip
    for kind, cases in kinds.items():
        found = shares(cases)
        passed = Share(successes=sum(case.passed for case in cases), trials=len(cases))
        cells = (str(len(cases)), _value(passed), *(_value(found[name]) for name in names))
        table.add_row(Text(one_line(kind, 60)), *cells)
    return table


def _by_kind(cases: Sequence[Case]) -> dict[str, list[Case]]:
    """Group by the folder above the scenario's own."""
    kinds: dict[str, list[Case]] = {}
    for case in cases:
        kinds.setdefault(case.name.rpartition("/")[0], []).append(case)
    return kinds


def _show_calibration(console: Console, found: Calibration) -> None:
    if found.brier is None:
        return
    table = Table(
        Column("Confidence", no_wrap=True), Column("mean", justify="right"), Column("n", justify="right"),
        Column("right", justify="right"), Column("95 % bounds", no_wrap=True), box=None, pad_edge=False,
    )  # fmt: skip
    for each in found.bins:
        span = f"{each.lower * 100:.0f} to {each.upper * 100:.0f}"
        cells = (f"{each.mean_confidence * 100:.0f}", str(each.right.trials), _value(each.right))
        table.add_row(span, *cells, _bounds(each.right))
    console.print(table)
    console.print(
        f"Brier score {found.brier:.3f} (0 is perfect; 0.25 is what a confidence of 50 always gives)"
    )


def _show_failed(console: Console, failed: Sequence[Case]) -> None:
    for case in failed:
        console.print(Text(one_line(case.name, _MAX_CELL_CHARS), style="bold"))
        # Scenarios may be made of real logs, and none of their text may steer the terminal.
        for line in redact_tree(_failure(case)):
            console.print(Text(f"  {one_line(line, _MAX_CELL_CHARS)}"))


def _failure(case: Case) -> tuple[str, ...]:
    if case.actual is None:
        return (case.failure,)
    expected, actual = expected_document(case.expected), actual_document(case.actual)
    wrong = [key for key, is_right in case.judged.items() if not is_right]
    told = tuple(
        f"{key}: expected {_told(expected[key])}, got {_told(actual[_ACTUAL_KEYS.get(key, key)])}"
        for key in wrong
    )
    return (*told, *(f"- {reason}" for reason in case.actual.reasons))


def _told(value: object) -> str:
    if isinstance(value, list):
        return " or ".join(_told(each) for each in value)
    if isinstance(value, dict):
        return _told(value["count"])
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in ("", None) else str(value)


def _value(share: Share) -> str:
    return "" if share.value is None else f"{share.value * 100:.1f} %"


def _bounds(share: Share) -> str:
    interval = share.interval
    return "" if interval is None else f"{interval[0] * 100:.1f} to {interval[1] * 100:.1f} %"


def _console() -> Console:
    """A file or pipe has no width to fit into."""
    console = Console()
    return console if console.is_terminal else Console(width=_PIPE_WIDTH)
