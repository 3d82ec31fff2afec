"""A pattern that RE2 cannot search for is refused in words that help."""

import pytest

from issue_intelligence.core.investigate.pattern_check import check_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "connection pool",
        # mission.md's own.
        r".*(connection pool|too many clients).*",
        r".*heap out of memory.*|.*JavaScript heap.*",
        # RE2 knows named groups, flags, classes and quoting.
        r"(?P<name>a)(?i:b)[[:alpha:]]\Qa+b\E",
        # What looks like look-ahead or a back-reference inside a class is only characters.
        r"[(?=]x[\d]",
        r"\(\?=x",
        # A lazy repetition, and a plus after a closed group.
        r"a+?b(c)+",
        "Caf\u00e9",
    ],
)
def test_what_re2_reads_is_fine(pattern: str) -> None:
    assert check_pattern(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "what", "position"),
    [
        (r"foo(?=bar)", "look-ahead", 4),
        (r"foo(?!bar)", "negative look-ahead", 4),
        (r"(?<=foo)bar", "look-behind", 1),
        (r"(?<!foo)bar", "negative look-behind", 1),
        (r"(a)b\1", "back-reference", 5),
        (r"(?P<n>a)(?P=n)", "back-reference", 9),
        (r"x(?>a)", "atomic group", 2),
        (r"ab++", "possessive repetition", 3),
        (r"(?(1)a|b)", "conditional group", 1),
        (r"a\Z", r"anchor \Z", 2),
        # The class before it hides nothing.
        (r"[(?!](?!x)", "negative look-ahead", 6),
        # The escaped parenthesis before it is only a character.
        (r"\((?=x)", "look-ahead", 3),
        (r"error [a-z", "missing ]", 7),
        (r"error (a", "missing )", 1),
        (r"a{1001}", "invalid repetition size", 2),
        (r"*a", "no argument for repetition", 1),
        (r"[z-a]", "invalid character class range", 2),
        ("a\ud800b", "surrogate", 2),
    ],
)
def test_refusal_says_what_and_where(pattern: str, what: str, position: int) -> None:
    message = check_pattern(pattern)
    assert message is not None
    assert what in message
    assert f"position {position}" in message


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("", "empty"),
        ("  ", "empty"),
        # They would match every line there is.
        (".*", "every line"),
        ("a*", "every line"),
        ("error|", "every line"),
        ("x" * 1_001, "1001 characters"),
        ("trailing\\", "trailing"),
    ],
)
def test_useless_patterns_are_refused(pattern: str, what: str) -> None:
    message = check_pattern(pattern)
    assert message is not None
    assert what in message


def test_refusal_says_what_to_write_instead() -> None:
    assert "Write \\z or $." in (check_pattern(r"a\Z") or "")
    assert "Close the character class" in (check_pattern("[a") or "")
