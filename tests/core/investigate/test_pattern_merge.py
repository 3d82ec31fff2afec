"""Lines that differ only in a value are shown as one, and lines that say different things are not."""

import pytest

from issue_intelligence.core.investigate.log_analysis import analyze_log, per_line
from issue_intelligence.core.investigate.log_lines import read_log_line
from issue_intelligence.core.investigate.pattern_merge import merge_patterns

USERS = ["alice", "bob", "carol", "dave", "erin", "frank"]


@pytest.mark.parametrize(
    ("patterns", "shown"),
    [
        # One look at the word tells that it is a value.
        (["open a.b.c now", "open d.e now"], {"open <*> now"}),
        (["from <ip> () at <time>", "from <ip> (<host>) at <time>"], {"from <ip> <*> at <time>"}),
        # Plain words are values only when there are many of them.
        ([f"hello {user} again" for user in USERS], {"hello <*> again"}),
        (["file opened", "file closed"], {"file opened", "file closed"}),
        # Two places, found one after the other.
        (["a.x of b.x", "a.y of b.x", "a.x of b.y", "a.y of b.y"], {"<*> of <*>"}),
        # What speaks is no value, however many speak.
        ([f"{user} started" for user in USERS], {f"{user} started" for user in USERS}),
        # States and switches tell events apart, and so do keys.
        (["job RUN_NOW", "job RUN_LATER"], {"job RUN_NOW", "job RUN_LATER"}),
        (["set force:true", "set force:false"], {"set force:true", "set force:false"}),
        (["set x=a.b", "set y=a.b"], {"set x=a.b", "set y=a.b"}),
        # Alone, a pattern stays.
        (["open a.b.c now"], {"open a.b.c now"}),
        (["a.b", "c.d"], {"a.b", "c.d"}),
        ([], set()),
    ],
)
def test_patterns_are_merged_where_they_differ_in_a_value(patterns: list[str], shown: set[str]) -> None:
    merged = merge_patterns(patterns)
    assert merged.keys() == set(patterns)
    assert set(merged.values()) == shown


def test_order_of_the_lines_changes_nothing() -> None:
    patterns = [f"hello {user} of a.{place}" for user in USERS for place in "xyz"]
    assert merge_patterns(patterns) == merge_patterns(reversed(patterns))


def test_fingerprint_of_a_line_knows_nothing_of_its_neighbours() -> None:
    together = [read_log_line(number, f"hello {user} again") for number, user in enumerate(USERS, start=1)]
    alone = [per_line([line])[0][1] for line in together]
    assert [fingerprint for _, fingerprint, _ in per_line(together)] == alone
    assert len({group for _, _, group in per_line(together)}) == 1
    assert [group for _, _, group in per_line(together[:1])] == alone[:1]


def test_merged_errors_stand_where_the_first_of_them_ranks() -> None:
    texts = [*(f"ERROR cannot greet {user} now" for user in USERS), "INFO all is well"]
    patterns = analyze_log(
        [read_log_line(number, text) for number, text in enumerate(texts, start=1)]
    ).patterns
    assert [(pattern.pattern, pattern.count) for pattern in patterns] == [
        ("cannot greet <*> now", 6),
        ("all is well", 1),
    ]
