"""Which known issues speak of which lines, and how much they explain."""

from dataclasses import replace

import pytest

from issue_intelligence.core.investigate.known_issues import (
    KnownIssueMatcher,
    LineMatch,
    best_match,
    searched_messages,
    share_explained,
)
from issue_intelligence.core.model.known_issue import Disposition
from issue_intelligence.core.model.logs import LogLevel
from tests.core.decide.factories import known, logs, match, pattern, trace

POOL = known("pool", "too many clients")
SLOW = known("slow", "slow query")


def ids(matcher: KnownIssueMatcher, text: str) -> list[str]:
    return [entry.id for entry in matcher.entries_matching(text)]


def test_pattern_is_found_anywhere_without_regard_to_case() -> None:
    matcher = KnownIssueMatcher([POOL, SLOW])
    assert ids(matcher, "12:00 FATAL: sorry, Too Many Clients already") == ["pool"]
    assert ids(matcher, "slow query: too many clients") == ["pool", "slow"]
    assert ids(matcher, "all is well") == []


@pytest.mark.parametrize(
    "line",
    [
        # Bytes that were no UTF-8 when the line was read.
        "too many clients \udcff",
        "\x00too many clients",
        "é" * 1_000 + " too many clients",
    ],
)
def test_odd_characters_do_not_stop_the_search(line: str) -> None:
    assert ids(KnownIssueMatcher([POOL]), line) == ["pool"]


def test_bad_stored_pattern_is_reported_and_costs_the_others_nothing() -> None:
    matcher = KnownIssueMatcher([known("bad", "(?=x)"), POOL, known("empty", "")])
    assert [refused.known_issue_id for refused in matcher.refused] == ["bad", "empty"]
    assert "look-ahead" in matcher.refused[0].message
    assert ids(matcher, "too many clients") == ["pool"]


def test_no_entries_match_nothing() -> None:
    matcher = KnownIssueMatcher([])
    assert matcher.match_lines(["too many clients"]) == ()
    assert matcher.match([("too many clients", 1)]) == ()


def test_more_entries_than_one_filter_takes_are_all_searched() -> None:
    matcher = KnownIssueMatcher([known(f"entry-{n}", f"fault number {n} ends") for n in range(2_001)])
    lines = ["fault number 0 ends", "fault number 1000 ends", "fault number 2000 ends"]
    assert matcher.match_lines(lines) == (
        LineMatch(line=1, known_issue_id="entry-0"),
        LineMatch(line=2, known_issue_id="entry-1000"),
        LineMatch(line=3, known_issue_id="entry-2000"),
    )


def test_pattern_without_literals_is_searched_too() -> None:
    assert ids(KnownIssueMatcher([known("digits", r"\d\d\d-\d\d")]), "call 555-12") == ["digits"]


def test_what_explains_most_comes_first() -> None:
    matches = KnownIssueMatcher([SLOW, POOL]).match(
        [("too many clients already", 7), ("slow query", 3), ("too many clients", 2)]
    )
    assert [(each.known_issue.id, each.count, each.matched_text) for each in matches] == [
        ("pool", 9, "too many clients already"),
        ("slow", 3, "slow query"),
    ]


def test_of_two_that_explain_the_same_the_more_specific_comes_first() -> None:
    vague, exact = known("a-vague", "timeout|slow|late"), known("exact", "geocoding request timeout")
    matches = KnownIssueMatcher([vague, exact]).match([("geocoding request timeout", 5)])
    assert [each.known_issue.id for each in matches] == ["exact", "a-vague"]


def test_match_in_the_alerts_own_text_counts_no_lines() -> None:
    matches = KnownIssueMatcher([POOL, SLOW]).match([("slow query", 1)], ["too many clients", "slow query"])
    assert [(each.known_issue.id, each.count) for each in matches] == [("slow", 1), ("pool", 0)]


def test_errors_are_what_must_be_explained_and_warnings_only_without_errors() -> None:
    warning = pattern("slow query", 9, level=LogLevel.WARNING)
    assert searched_messages(logs(pattern("boom", 2), warning)) == (("boom", 2),)
    assert searched_messages(logs(warning)) == (("slow query", 9),)
    assert searched_messages(logs(pattern("hello", level=LogLevel.INFO))) == ()


def test_stack_trace_counts_once_though_its_head_is_also_a_pattern() -> None:
    both = logs(pattern("TypeError: x is undefined", 2), traces=(trace(),))
    assert searched_messages(both) == (("TypeError: x is undefined", 2),)
    assert searched_messages(logs(traces=(trace(),))) == (("TypeError: x is undefined", 1),)


def test_line_that_announces_a_trace_belongs_to_it() -> None:
    announced = replace(trace(), first_line=2, last_line=5)
    assert searched_messages(logs(pattern("Unhandled error"), traces=(announced,))) == (
        ("TypeError: x is undefined", 1),
    )
    # It came more often than the trace, so it has also stood alone.
    assert ("Unhandled error", 2) in searched_messages(
        logs(pattern("Unhandled error", 2), traces=(announced,))
    )


@pytest.mark.parametrize(
    ("texts", "share"),
    [
        ({"too many clients": 3}, 1.0),
        ({"too many clients": 3, "boom": 1}, 0.75),
        # A line that both entries match counts once.
        ({"slow query: too many clients": 1, "boom": 1}, 0.5),
        ({"boom": 1}, 0.0),
        # Nothing to explain is not the same as nothing explained.
        ({}, None),
    ],
)
def test_share_of_the_errors_that_entries_explain(texts: dict[str, int], share: float | None) -> None:
    analysis = logs(*(pattern(text, count) for text, count in texts.items()))
    assert share_explained([POOL, SLOW], analysis) == share


def test_harmless_entry_never_speaks_for_a_problem() -> None:
    harmless = known("jwt", "jwt expired", disposition=Disposition.NOT_AN_ISSUE)
    assert best_match([match(harmless, 50), match(POOL, 2), match(SLOW, 1)]) == match(POOL, 2)
    assert best_match([match(harmless, 50)]) is None
    assert best_match([]) is None
