"""No pattern of the core takes more than linear time, whatever text somebody makes for it."""

import re

from issue_intelligence import core
from tests.factories.hostile_text import UsedPattern, hostile_text, hostile_units, patterns_in

_CHARS = 2_000
# A thousand times what the slowest takes. It ends a use that would go on for ever, and judges no machine.
_LIMIT_SECONDS = 5.0


def slow_units(used: UsedPattern, limit: float) -> list[tuple[str, str]]:
    return [
        unit
        for unit in hostile_units(used.pattern)
        if used.seconds(hostile_text(*unit, _CHARS), limit=limit) >= limit
    ]


def test_no_pattern_takes_endless_time() -> None:
    patterns = patterns_in(core)
    assert len(patterns) > 100
    assert [used.name for used in patterns if slow_units(used, _LIMIT_SECONDS)] == []


def test_a_pattern_that_cuts_a_word_in_endless_ways_would_be_found() -> None:
    endless = re.compile(r"(?:/?[a-z]\w{0,80}){1,12}:")
    assert slow_units(UsedPattern(name="endless", pattern=endless, is_searched=False), 0.1)
