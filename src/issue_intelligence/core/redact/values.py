"""Tells secret values from words, placeholders and references that stand where a secret could."""

import re

# Written where a value was left out on purpose, or where it is looked up elsewhere.
_BLANK = re.compile(
    rb"[*xX.\-_#?]{3,}"
    rb"|\*+"
    rb"|<[^<>]{0,64}>?"
    rb"|\$\{[^{}]{0,64}\}?|\$[A-Z_][A-Z0-9_]{0,64}|\$\([^()]{0,64}\)?|%[A-Z_]{1,64}%|%[sdvqr]|\{\{?[^{}]{0,64}\}?\}?"
    rb"|(?:process\.env|os\.environ|ENV|env|secrets|vars?|config|self|this|req|request|params)[.\[(][^\n]{0,128}"
    rb"|\[(?:REDACTED|FILTERED|HIDDEN|MASKED|SECRET|SCRUBBED|object Object)[^\]\n]{0,64}\]?"
)
_BLANK_WORDS = frozenset(
    b"true false null none nil undefined nan yes no on off empty unset missing redacted filtered "
    b"hidden masked removed string number boolean object optional required <nil> (null) (none) "
    b"function include omit same-origin".split()
)
# What follows "password:" or "token:" in sentences.
_PROSE_WORDS = frozenset(
    b"a an the is are was were be been has have had not no must should may can cannot could will would "
    b"does did do expired expires expiry invalid valid required missing wrong incorrect mismatch "
    b"failed failure error denied rejected accepted authentication authorization authenticated "
    b"unauthorized forbidden unexpected unknown changed change reset updated update created deleted "
    b"rotated revoked refreshed generated received sent found and or of for from in on to at by with "
    b"without when if while after before since because please try check verify validated validation "
    b"signature malformed blacklisted ok okay success successful succeeded empty set enabled disabled "
    b"using used unable unsupported already bad too got expecting expected lookup login user".split()
)
_CHARACTER = re.compile(rb"[A-Za-z0-9\x7f]")
_DIGIT = re.compile(rb"[0-9]")
_LETTERS_ONLY = re.compile(rb"[A-Za-z]+")


def is_blank(value: bytes) -> bool:
    """Say whether the value holds nothing: empty, a placeholder, a reference, "null"."""
    stripped = value.strip(b" \t\"'\\,;!")
    return not stripped or stripped.lower() in _BLANK_WORDS or bool(_BLANK.fullmatch(stripped))


def is_prose(value: bytes) -> bool:
    """Say whether the value is the next word of a sentence."""
    word = value.strip(b" \t\"'.,;:!?()[]").lower()
    return word in _PROSE_WORDS or not has_characters(word)


def looks_random(value: bytes) -> bool:
    """Say whether the value is more like a token than like words: long, and of mixed characters."""
    if len(value) < 8:
        return False
    has_digit = bool(_DIGIT.search(value))
    mixed_case = value != value.lower() and value != value.upper() and not value.istitle()
    if len(value) >= 16:
        return has_digit or (mixed_case and bool(_LETTERS_ONLY.fullmatch(value)))
    return has_digit and (mixed_case or len(value) >= 12)


def has_characters(value: bytes) -> bool:
    """Say whether there is a letter or digit, of whatever script, in the value."""
    return bool(_CHARACTER.search(value))
