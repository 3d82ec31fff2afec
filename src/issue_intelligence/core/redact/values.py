"""Tells secret values from words, placeholders and references that stand where a secret could."""

import re
from math import log2

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


# Of one hash, commit or id there is nothing to be seen that a secret has not; only the name beside it tells.
_UUID = re.compile(rb"(?i)\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?")
_HEX = re.compile(rb"(?i)(?:0x)?[0-9a-f:\-]+")
_UPPER, _LOWER = re.compile(rb"[A-Z]"), re.compile(rb"[a-z]")
_MIN_RANDOM_LENGTH = 16
# Random letters and digits have 3.9 bits a character at 20 of them, hexadecimal digits 3.3, words 2.5 to 3.6.
_MIN_MIXED_BITS = 3.3


def entropy_bits(value: bytes) -> float:
    """Measure Shannon's entropy of the value's own characters, in bits a character."""
    counts = [value.count(sign) for sign in set(value)]
    return -sum(count / len(value) * log2(count / len(value)) for count in counts)


def mixes_characters(value: bytes) -> bool:
    """Say whether the value has capital letters, small letters and digits."""
    return bool(_UPPER.search(value) and _LOWER.search(value) and _DIGIT.search(value))


def is_identifier(value: bytes) -> bool:
    """Say whether the value may be a hash, a commit or a UUID: nothing but hexadecimal digits."""
    return bool(_UUID.fullmatch(value) or _HEX.fullmatch(value))


def has_high_entropy(value: bytes) -> bool:
    """Say whether the value is random by measure; hashes and UUIDs, which stand everywhere, do not count."""
    if len(value) < _MIN_RANDOM_LENGTH or is_identifier(value) or not _DIGIT.search(value):
        return False
    if not mixes_characters(value) and len(value) < 24:
        return False
    # Paths, class names and sentences joined by signs are made of words.
    longest = max(re.split(rb"[/._\-:]", value), key=len)
    return len(longest) >= 12 and entropy_bits(value) >= _MIN_MIXED_BITS and bool(_DIGIT.search(longest))
