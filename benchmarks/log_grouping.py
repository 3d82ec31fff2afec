"""How well patterns group lines of the same event, on labelled Loghub sets that lie beside some checkouts."""

import csv
import importlib
import random
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path

from benchmarks.figures import print_table
from issue_intelligence.core.investigate.log_analysis import per_line
from issue_intelligence.core.investigate.masking import fingerprint, mask
from issue_intelligence.core.investigate.pattern_merge import merge_patterns
from issue_intelligence.core.model.logs import LogLine

_LOGHUB = Path(__file__).parent.parent.parent / "shared" / "data" / "loghub"
_BATCHES = 20
_BATCH_LINES = 200
Way = Callable[[Sequence[str]], Sequence[Hashable]]
_COLUMNS = ("set", "grouping accuracy", "F1 of grouping", "events with one group", "groups that mix events")


def main() -> None:
    sets = list(_labelled_sets())
    if not sets:
        print("no labelled log sets, so no grouping is measured")
        return
    ways: dict[str, Way] = {
        "fingerprints alone": _fingerprints,
        "groups within one investigation": _groups,
    }
    for name, way in ways.items():
        _print(name, [(label, measures(way(lines), events)) for label, lines, events in sets])
    drains = _drain3()
    if not drains:
        print("drain3 is not installed, so it is not compared")
    for name, way in drains.items():
        _print(name, [(label, measures(way(lines), events)) for label, lines, events in sets])
    same = [[label, f"{_same_in_other_batches(lines):.3f}"] for label, lines, _ in sets]
    print_table(f"Same line, same fingerprint in {_BATCHES} random batches", ["set", "share of lines"], same)


def measures(groups: Sequence[Hashable], events: Sequence[Hashable]) -> tuple[float, float, float, float]:
    """Give grouping accuracy, F1 of grouping, share of events with one group, and of groups that mix events.

    A group counts as right when it holds exactly the lines of one event (Zhu et al., "Tools and
    Benchmarks for Automated Log Parsing", 2019); accuracy counts lines, F1 groups.
    """
    found, true = _members(groups), _members(events)
    sets = {frozenset(lines) for lines in true.values()}
    right = [lines for lines in found.values() if frozenset(lines) in sets]
    precision, recall = len(right) / len(found), len(right) / len(true)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    one = sum(len({groups[at] for at in lines}) == 1 for lines in true.values()) / len(true)
    mixed = sum(len({events[at] for at in lines}) > 1 for lines in found.values()) / len(found)
    return sum(map(len, right)) / len(groups), f1, one, mixed


def _members(labels: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    members: dict[Hashable, list[int]] = defaultdict(list)
    for at, label in enumerate(labels):
        members[label].append(at)
    return members


def _fingerprints(lines: Sequence[str]) -> list[str]:
    return [fingerprint(mask(line)) for line in lines]


def _groups(lines: Sequence[str]) -> list[str]:
    masked = [mask(line) for line in lines]
    shown = merge_patterns(set(masked))
    return [shown[each] for each in masked]


def _same_in_other_batches(lines: Sequence[str]) -> float:
    choice = random.Random(5)
    names = _fingerprints(lines)
    same = total = 0
    for _ in range(_BATCHES):
        picked = choice.sample(range(len(lines)), min(_BATCH_LINES, len(lines)))
        batch = [LogLine(number=at, message=lines[index]) for at, index in enumerate(picked, start=1)]
        for index, (_, name, _) in zip(picked, per_line(batch), strict=True):
            same += name == names[index]
            total += 1
    return same / total


def _drain3() -> dict[str, Way]:
    """Give drain3's ways of grouping where somebody has installed it; it is no dependency of ours."""
    try:
        drain3 = importlib.import_module("drain3")
    except ImportError:
        return {}

    def group(lines: Sequence[str]) -> list[int]:
        miner = drain3.TemplateMiner()
        clusters = [miner.add_log_message(line)["cluster_id"] for line in lines]
        return [int(each) for each in clusters]

    return {
        "drain3 as shipped": group,
        "drain3 on lines with our masks": lambda lines: group([mask(line) for line in lines]),
    }


def _labelled_sets() -> Iterator[tuple[str, list[str], list[str]]]:
    for path in sorted(_LOGHUB.glob("*_structured.csv")):
        with path.open(encoding="utf-8", newline="") as rows:
            read = [(row["Content"], row["EventId"]) for row in csv.DictReader(rows)]
        yield path.name.partition("_")[0], [text for text, _ in read], [event for _, event in read]


def _print(name: str, rows: Sequence[tuple[str, tuple[float, float, float, float]]]) -> None:
    cells = [[label, *(f"{figure:.3f}" for figure in figures)] for label, figures in rows]
    means = [sum(figures[at] for _, figures in rows) / len(rows) for at in range(4)]
    print_table(f"Grouping: {name}", _COLUMNS, [*cells, ["mean", *(f"{mean:.3f}" for mean in means)]])
