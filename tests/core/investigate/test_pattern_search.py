"""Searching thousands of patterns at once finds what searching each of them finds."""

import random

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from issue_intelligence.core.investigate.pattern_check import search_options
from issue_intelligence.core.investigate.pattern_search import PatternSearch

PATTERNS = st.lists(
    st.sampled_from(
        (
            *("boom", "connection refused", "a|b", "x", r"\d+", r"\d{3}-\d{4}", "(?i)Pool", "^start", "end$"),
            *(r"user \d+ (not|never) found", r"\w+\d{2}", "é", "timeout.*pool", r"[A-Z]\w+Error", r"\bat\b"),
        )
    ),
    max_size=30,
)
TEXTS = st.text(alphabet="abxé019- ", max_size=20) | st.sampled_from(
    ("boom: 555-1234", "Connection REFUSED by pool", "user 7 never found", "start of TypeError at end", "")
)


def _one_by_one(patterns: list[str], text: str) -> list[int]:
    compiled = [re2.compile(pattern, search_options()) for pattern in patterns]
    return [at for at, pattern in enumerate(compiled) if pattern.search(text)]


@settings(deadline=None)
@given(PATTERNS, st.lists(TEXTS, max_size=5))
def test_it_finds_what_each_pattern_finds(patterns: list[str], texts: list[str]) -> None:
    search = PatternSearch(patterns)
    assert [search.matching(text) for text in texts] == [_one_by_one(patterns, text) for text in texts]


@pytest.mark.parametrize("pattern", ["fault {}z", r"\d{{{}}}x"], ids=["with words", "without words"])
def test_more_patterns_than_one_filter_or_set_takes(pattern: str) -> None:
    patterns = [pattern.format(number) for number in range(1, 801)] * 2
    text = "fault 17z, fault 799z: " + "7" * 40 + "x"
    assert PatternSearch(patterns).matching(text) == _one_by_one(patterns, text)


def test_a_set_without_memory_is_searched_in_parts_and_misses_nothing() -> None:
    choice = random.Random(1)
    patterns = [rf"[a-z]\d{{{choice.randrange(20, 90)}}}[a-z]" for _ in range(60)]
    text = " ".join(f"a{'1' * length}b" for length in range(20, 90))
    assert PatternSearch(patterns, set_bytes=20_000).matching(text) == list(range(60))


def test_text_that_looks_like_the_probe_matches_nothing() -> None:
    assert PatternSearch([r"\d", "words"]).matching("\x01probe\x01") == []
    # Half of a surrogate pair is no text that RE2 knows.
    assert PatternSearch([r"\d", "words"]).matching("\ud800 words 1") == [0, 1]
