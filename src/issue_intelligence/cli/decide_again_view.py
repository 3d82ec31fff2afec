"""Shows what deciding again came to: for people, and as the documents of contract `replay` and `backtest`."""

from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from issue_intelligence.core.decide.comparison import Accuracy, Comparison, Decision, Share
from issue_intelligence.core.report.markdown import one_line
from issue_intelligence.core.report.plain_words import counted
from issue_intelligence.pipeline.backtest import Backtest
from issue_intelligence.pipeline.decide_again import DecidedAgain

_PIPE_WIDTH = 200
_MAX_CELL_CHARS = 500
# More do not fit into a person's head; the JSON document has all.
MAX_ROWS = 100


def replay_document(alert_id: str, comparison: Comparison) -> dict[str, Any]:
    return {"alert_id": alert_id, **_compared(comparison)}


def backtest_document(result: Backtest) -> dict[str, Any]:
    """Give one entry for each alert of a changed decision; shares are null where nobody said anything."""
    return {
        "alerts": result.alerts,
        "incidents": result.incidents,
        "undecided": result.undecided,
        "unreadable": result.unreadable,
        "changed": [
            {"alert_id": alert_id, "incident_id": each.incident_id, **_compared(each.comparison)}
            for each in result.changed
            for alert_id in each.alert_ids
        ],
        "precision": result.after.precision.value,
        "recall": result.after.recall.value,
        "labelled": result.after.labelled,
        "accuracy": {"before": _accuracy(result.before), "after": _accuracy(result.after)},
    }


def show_replay(alert_id: str, comparison: Comparison) -> None:
    console = _console()
    if not comparison.changed:
        _line(console, f"Nothing differs: alert {alert_id} would be decided as it was.")
        _line(console, _told(comparison.after))
        _line(console, comparison.after.reason)
        return
    table = Table(Column("", no_wrap=True), "before", "now", box=None, pad_edge=False)
    for name in comparison.changed:
        values = (getattr(decision, name) for decision in (comparison.before, comparison.after))
        table.add_row(name.replace("_", " "), *(_cell(_plain(value)) for value in values))
    console.print(table)
    for reason in comparison.reasons:
        _line(console, reason)


def show_backtest(result: Backtest) -> None:
    console = _console()
    if result.changed:
        table = Table("decided at", "service", "alert", "alerts", "before", "now", box=None, pad_edge=False)
        table.add_column("why", overflow="fold")
        for each in result.changed[:MAX_ROWS]:
            table.add_row(*(_cell(text) for text in _row(each)))
        console.print(table)
        if len(result.changed) > MAX_ROWS:
            _line(
                console, f"… and {counted(len(result.changed) - MAX_ROWS, 'more decision')}; --json has all."
            )
    of = f"{counted(result.incidents, 'incident')} ({counted(result.alerts, 'alert')})"
    _line(console, f"{counted(len(result.changed), 'decision')} of {of} would change.")
    for count, what in (
        (result.undecided, "no decision yet"),
        (result.unreadable, "a decision of another release"),
    ):
        if count:
            _line(console, f"Left out: {counted(count, 'alert')} with {what}.")
    _show_accuracy(console, result)


def _row(each: DecidedAgain) -> tuple[str, ...]:
    comparison = each.comparison
    return (
        f"{each.decided_at:%Y-%m-%d %H:%M}",
        each.service,
        each.alert_name,
        str(len(each.alert_ids)),
        _told(comparison.before),
        _told(comparison.after),
        " ".join(comparison.reasons),
    )


def _told(decision: Decision) -> str:
    issue = "issue" if decision.should_create_issue else "no issue"
    what = f"{decision.severity} {decision.type} in {decision.component}"
    return f"{decision.conclusion.replace('_', ' ')}, {issue}, {what}"


def _show_accuracy(console: Console, result: Backtest) -> None:
    before, after = result.before, result.after
    if not after.labelled:
        _line(console, "Nobody has called one of them real or a false positive, so precision is not known.")
    else:
        _line(
            console,
            f"Of {counted(after.labelled, 'decision')} that people called real or a false positive:"
            f" precision {_share(after.precision)} (before {_share(before.precision)}),"
            f" recall {_share(after.recall)} (before {_share(before.recall)}).",
        )
    for name in ("severity", "type", "component"):
        was, now = getattr(before, name), getattr(after, name)
        if now.of:
            _line(console, f"Right {name} where people named it: {_share(now)} (before {_share(was)}).")


def _share(share: Share) -> str:
    return "unknown" if share.value is None else f"{share.value:.2f} ({share.right} of {share.of})"


def _accuracy(accuracy: Accuracy) -> dict[str, Any]:
    names = ("precision", "recall", "severity", "type", "component")
    shares = {name: getattr(accuracy, name) for name in names}
    return {name: {"value": each.value, "n": each.of} for name, each in shares.items()}


def _compared(comparison: Comparison) -> dict[str, Any]:
    return {
        "before": _decision(comparison.before),
        "after": _decision(comparison.after),
        "changed": list(comparison.changed),
        "reasons": list(comparison.reasons),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    names = Decision.__dataclass_fields__
    return {name: getattr(decision, name) for name in names}


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value).replace("_", " ")


def _cell(text: str) -> Text:
    # Without markup: what others wrote is shown as it is.
    return Text(one_line(text, _MAX_CELL_CHARS))


def _line(console: Console, text: str) -> None:
    console.print(Text(one_line(text, 2_000)))


def _console() -> Console:
    console = Console(soft_wrap=False)
    return console if console.is_terminal else Console(width=_PIPE_WIDTH)
