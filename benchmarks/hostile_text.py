"""Time against length for hostile text: every regular expression of the core, and the ways through it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import process_time

from benchmarks.figures import print_table
from issue_intelligence import core
from issue_intelligence.core.investigate.log_analysis import analyze_log
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.investigate.masking import mask
from issue_intelligence.core.redact.redaction import redact
from tests.factories.hostile_text import UsedPattern, hostile_text, hostile_units, patterns_in

_SIZES = (1_000, 4_000, 16_000)
_SHOWN = 12
_LIMIT_SECONDS = 10.0
_YEAR = datetime(2026, 11, 24, tzinfo=UTC)
Unit = tuple[str, str]


def main() -> None:
    patterns = patterns_in(core)
    worst = sorted(((used, *_worst_unit(used)) for used in patterns), key=lambda each: -each[2])
    print_table(
        f"Microseconds a thousand characters, the {_SHOWN} slowest of {len(patterns)} patterns, each with "
        "the text that costs it most",
        ["pattern", *(f"{size:,}" for size in _SIZES)],
        [[f"`{used.name}`", *_curve(used, unit)] for used, unit, _ in worst[:_SHOWN]],
    )
    units = [unit for used in patterns for unit in hostile_units(used.pattern)]
    print_table(
        f"The same of whole ways, the slowest of {len(units):,} texts",
        ["way", *(f"{size:,}" for size in _SIZES)],
        [[name, *(f"{_slowest(way, units, size):,.0f}" for size in _SIZES)] for name, way in _ways()],
    )


def _ways() -> Iterator[tuple[str, Callable[[str], object]]]:
    yield "reading a line", lambda text: read_log_line(1, text, year_near=_YEAR)
    yield "masking", mask
    yield "analysis of that line, and of it in rows of 80", _analyzed
    yield "redaction", redact


def _analyzed(text: str) -> None:
    rows = [text, *(text[at : at + 80] for at in range(0, len(text), 80))]
    analyze_log([read_log_line(number, row, year_near=_YEAR) for number, row in enumerate(rows, 1)])


def _worst_unit(used: UsedPattern) -> tuple[Unit, float]:
    costs = {
        unit: used.seconds(hostile_text(*unit, _SIZES[-1]), limit=_LIMIT_SECONDS)
        for unit in hostile_units(used.pattern)
    }
    unit = max(costs, key=lambda each: costs[each], default=("", " "))
    return unit, costs.get(unit, 0.0)


def _curve(used: UsedPattern, unit: Unit) -> list[str]:
    texts = [hostile_text(*unit, size) for size in _SIZES]
    costs = [min(_seconds(used.use, text) for _ in range(3)) for text in texts]
    return [f"{cost * 1e9 / size:,.0f}" for cost, size in zip(costs, _SIZES, strict=True)]


def _slowest(way: Callable[[str], object], units: list[Unit], size: int) -> float:
    # Some of them, spread over all patterns: thousands of long texts take long.
    most = 0.0
    for unit in units[:: max(1, len(units) // 300)]:
        text = hostile_text(*unit, size)
        way(text)
        most = max(most, _seconds(way, text))
    return most * 1e9 / size


def _seconds(way: Callable[[str], object], text: str) -> float:
    begun_at = process_time()
    way(text)
    return process_time() - begun_at
