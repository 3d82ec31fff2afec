"""Tells whether RE2 can search for a pattern, and if not, what to write instead."""

from dataclasses import dataclass

import re2

# Longer patterns are lists that belong into several entries.
MAX_PATTERN_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Construct:
    # What stands in the pattern; the longest comes first where one begins with another.
    text: str
    what: str
    instead: str


_GROUPS = (
    _Construct(text="(?=", what="look-ahead", instead="Write the text that follows into the pattern itself."),
    _Construct(
        text="(?!", what="negative look-ahead", instead="List what should match, or split the entry in two."
    ),
    _Construct(
        text="(?<=", what="look-behind", instead="Write the text that precedes into the pattern itself."
    ),
    _Construct(
        text="(?<!", what="negative look-behind", instead="List what should match, or split the entry in two."
    ),
    _Construct(text="(?>", what="an atomic group", instead="Write (?:…); RE2 never backtracks."),
    _Construct(text="(?P=", what="a back-reference", instead="Write the repeated text out."),
    _Construct(text="(?P>", what="a recursive group", instead="Write the group out."),
    _Construct(text="(?R", what="recursion", instead="Write the group out."),
    _Construct(text="(?(", what="a conditional group", instead="Write both cases as (?:…|…)."),
    _Construct(text="(?#", what="a comment", instead="Put comments into the description."),
    _Construct(text="(?|", what="a branch reset", instead="Write (?:…|…)."),
    _Construct(text="(?x", what="free spacing", instead="Write the pattern in one line without spacing."),
)
_ESCAPES = (
    *(
        _Construct(text=f"\\{digit}", what="a back-reference", instead="Write the repeated text out.")
        for digit in range(1, 10)
    ),
    _Construct(text="\\k", what="a back-reference", instead="Write the repeated text out."),
    _Construct(text="\\g", what="a back-reference", instead="Write the repeated text out."),
    _Construct(text="\\Z", what="the anchor \\Z", instead="Write \\z or $."),
    _Construct(text="\\G", what="the anchor \\G", instead="Leave it out."),
    _Construct(text="\\K", what="\\K", instead="Leave it out; only whether a line matches counts."),
    _Construct(text="\\u", what="\\u escapes", instead="Write the character itself, or \\x{…}."),
    _Construct(text="\\h", what="\\h", instead="Write [ \\t]."),
    _Construct(text="\\R", what="\\R", instead="Leave it out; a pattern sees one line at a time."),
)
_REPETITIONS = "*+?}"


def search_options() -> re2.Options:
    """Give the options of every known issue: without regard to case, and quiet on errors."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options


def check_pattern(pattern: str) -> str | None:
    """Tell why RE2 cannot search for the pattern, where, and what to write instead; None when it can.

    Positions count characters from 1. A pattern that matches the empty line is refused too,
    because it speaks for every line. Syntax: https://github.com/google/re2/wiki/Syntax
    """
    if not pattern.strip():
        return "The pattern is empty, so it would match every line."
    if len(pattern) > MAX_PATTERN_CHARS:
        return f"The pattern has {len(pattern)} characters; at most {MAX_PATTERN_CHARS} are allowed."
    try:
        compiled = re2.compile(pattern, search_options())
    except UnicodeEncodeError as error:
        return f"The character at position {error.start + 1} is half of a surrogate pair; leave it out."
    except re2.error as error:
        return _explain(pattern, _message(error))
    if compiled.search("") is not None:
        return "The pattern matches an empty line, so it would match every line. Leave out what is optional."
    return None


def _message(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)


def _explain(pattern: str, vendor_message: str) -> str:
    found = _unsupported(pattern)
    if found is not None:
        position, construct = found
        return (
            f"RE2 has no {construct.what} ({construct.text} at position {position + 1}). {construct.instead}"
        )
    place = _place_of_fragment(pattern, vendor_message)
    where = f" at position {place + 1}" if place is not None else ""
    return f"RE2 cannot read the pattern{where}: {vendor_message}. {_advice(vendor_message)}"


def _unsupported(pattern: str) -> tuple[int, _Construct] | None:
    """Find the first construct that RE2 lacks, outside of character classes."""
    index, in_class = 0, False
    while index < len(pattern):
        here = pattern[index]
        if here == "\\":
            construct = _starting_at(pattern, index, _ESCAPES)
            if construct is not None and not in_class:
                return index, construct
            index += 2
            continue
        if here == "[":
            in_class = True
        elif here == "]":
            in_class = False
        elif not in_class:
            construct = _starting_at(pattern, index, _GROUPS) or _possessive_at(pattern, index)
            if construct is not None:
                return index, construct
        index += 1
    return None


def _starting_at(pattern: str, index: int, constructs: tuple[_Construct, ...]) -> _Construct | None:
    return next((each for each in constructs if pattern.startswith(each.text, index)), None)


def _possessive_at(pattern: str, index: int) -> _Construct | None:
    if pattern[index] not in _REPETITIONS or pattern[index + 1 : index + 2] != "+":
        return None
    text = pattern[index : index + 2]
    return _Construct(
        text=text, what="possessive repetition", instead=f"Write {text[0]}; RE2 never backtracks."
    )


def _place_of_fragment(pattern: str, vendor_message: str) -> int | None:
    _, separator, fragment = vendor_message.partition(": ")
    position = pattern.find(fragment) if separator and fragment else -1
    return position if position >= 0 else None


def _advice(vendor_message: str) -> str:
    for start, advice in (
        ("missing ]", "Close the character class with ], or write \\[ for the character."),
        ("missing )", "Close the group with ), or write \\( for the character."),
        ("unexpected )", "Open the group with (, or write \\) for the character."),
        ("no argument", "Put something before it to repeat, or a backslash for the character itself."),
        ("bad repetition", "Repeat once only, or group with (?:…)."),
        ("invalid repetition size", "Repeat at most 1,000 times in all, the smaller number first."),
        ("trailing \\", "Write \\\\ for the character."),
        ("invalid character class", "Check the order and the names in the class."),
    ):
        if vendor_message.startswith(start):
            return advice
    return "See https://github.com/google/re2/wiki/Syntax for what it reads."
