"""Known issues against a window of log: ours, a bare RE2 filter and plain `re`, by kind of pattern."""

import random
import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import re2

from benchmarks.figures import print_table
from benchmarks.shop_logs import WINDOW_LINES, log_lines
from issue_intelligence.core.investigate.pattern_check import search_options
from issue_intelligence.core.investigate.pattern_search import PatternSearch

T = TypeVar("T")

SIZES = (5, 50, 500, 5_000)
# The standard library takes minutes for all of them, so its time is told from these, by proportion.
_PLAIN_PATTERNS = 50
# A bare filter tries a pattern without words on every line.
_BARE_LINES = 250

_choice = random.Random(3)
_WORDS = ["".join(_choice.choices("abcdefghijklmnopqrstuvwxyz", k=8)) for _ in range(20_000)]


def _word() -> str:
    return _choice.choice(_WORDS)


KINDS: dict[str, Callable[[], str]] = {
    "words": lambda: f"{_word()} {_word()} {_word()}",
    "words and a gap": lambda: f"{_word()} .* {_word()}",
    "alternatives": lambda: f"{_word()}|{_word()}|{_word()}",
    "numbers between words": lambda: rf"{_word()} \d+ {_word()}",
    "exception classes": lambda: rf"[A-Z]\w+Error: {_word()}",
    "words of most lines": lambda: rf"user_id=\d+ {_word()}",
    "three letters": lambda: _word()[:3],
    "no word at all": lambda: rf"\b\w+\d{{{_choice.randrange(5, 9)}}}\w+{_choice.choice('abcdefgh')}\b",
}


def main() -> None:
    now = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    lines = list(log_lines("shop", until=now, lines=WINDOW_LINES))
    rows = []
    for kind, make in KINDS.items():
        patterns = [make() for _ in range(max(SIZES))]
        rows.append([kind, *_ours(patterns, lines), _bare(patterns, lines), _plain(patterns, lines)])
    sizes = [f"{size:,} patterns, s" for size in SIZES]
    print_table(
        f"Patterns over {len(lines):,} distinct lines, one core, CPU seconds once compiled "
        f"(bare filter from {_BARE_LINES} lines, `re` from {_PLAIN_PATTERNS} patterns, by proportion)",
        ["kind of pattern", *sizes, f"compiling {max(SIZES):,}, s", "bare RE2 filter, s", "plain `re`, s"],
        rows,
    )


def _ours(patterns: Sequence[str], lines: Sequence[str]) -> list[str]:
    figures = []
    for size in SIZES:
        search, compiling = _timed(partial(PatternSearch, patterns[:size]))
        _, seconds = _timed(partial(_search_all, search, lines))
        figures.append(f"{seconds:.3f}")
    return [*figures, f"{compiling:.2f}"]


def _search_all(search: PatternSearch, lines: Sequence[str]) -> int:
    return sum(len(search.matching(line)) for line in lines)


def _bare(patterns: Sequence[str], lines: Sequence[str]) -> str:
    filters = []
    for start in range(0, len(patterns), 1_000):
        filter_ = re2.Filter()
        for pattern in patterns[start : start + 1_000]:
            filter_.Add(pattern, search_options())
        filter_.Compile()
        filters.append(filter_)
    some = [line.encode() for line in lines[:_BARE_LINES]]
    _, seconds = _timed(lambda: [filter_.Match(line) for line in some for filter_ in filters])
    return f"{seconds * len(lines) / len(some):.3f}"


def _plain(patterns: Sequence[str], lines: Sequence[str]) -> str:
    compiled = [re.compile(pattern, re.IGNORECASE) for pattern in patterns[:_PLAIN_PATTERNS]]
    _, seconds = _timed(lambda: [pattern.search(line) for line in lines for pattern in compiled])
    return f"{seconds * len(patterns) / len(compiled):.1f}"


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    # The processor's time, since other work on the machine is none of the matching's.
    begun_at = time.process_time()
    result = work()
    return result, time.process_time() - begun_at
