"""Finds payment cards and bank accounts: numbers that carry a check digit."""

import re
from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding
from issue_intelligence.core.redact.pattern import BEFORE, compile_pattern

# Groups are apart by one kind of sign each; which issuer it is, decides `_has_issuer`.
_CARD_START = r"(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|3[0-9]{3}|6[0-9]{3})"
_CARD_DIGITS = (
    rf"{_CARD_START}(?:[ \-.][0-9]{{4}}[ \-.][0-9]{{4}}[ \-.][0-9]{{4}}(?:[ \-.][0-9]{{1,3}})?"
    r"|[ \-.][0-9]{6}[ \-.][0-9]{4,5}|[0-9]{10,15})"
)
# "blk_4111…" is an id, "card_4111…" is what it says.
_CARD_BEFORE = r"(?:^|[^0-9_.\-]|(?i:card|cc|pan|number|no)_)"
CARD_FORM = rf"{_CARD_BEFORE}{_CARD_DIGITS}(?:[^0-9]|$)"
_CARD = compile_pattern(rf"{_CARD_BEFORE}({_CARD_DIGITS})")
_SEPARATOR = re.compile(rb"[ \-.]")
# Issuer prefixes and lengths as published in ISO/IEC 7812 lists: first and last prefix, lengths.
_ISSUERS: tuple[tuple[str, str, range], ...] = (
    ("4", "4", range(16, 17)),
    ("51", "55", range(16, 17)),
    ("2221", "2720", range(16, 17)),
    ("34", "34", range(15, 16)),
    ("37", "37", range(15, 16)),
    ("300", "305", range(14, 15)),
    ("36", "36", range(14, 15)),
    ("38", "39", range(14, 15)),
    ("6011", "6011", range(16, 20)),
    ("644", "659", range(16, 20)),
    ("3528", "3589", range(16, 20)),
    ("62", "62", range(16, 20)),
)
# "card4111…", "PAN=4111…exp": letters may touch a card's number, unless the whole may be hexadecimal.
_LETTERS_BEFORE = re.compile(rb"[A-Za-z_]{1,16}\Z")
_LETTERS_AFTER = re.compile(rb"[A-Za-z_]{1,16}")
# An escaped sign before the number ends in a letter or digit, and is none of its word.
_ESCAPED = re.compile(rb"(?:\\[nrt]|(?:%|\\x|\\u00)[0-9A-Fa-f]{2})\Z")
_NOT_HEX = re.compile(rb"[g-zG-Z]")
_LOOK_BACK_BYTES = 16

IBAN_FORM = BEFORE + r"(?i:[A-Z]{2})[0-9]{2}[ \-]?[A-Za-z0-9]{4}[ \-]?[A-Za-z0-9]{4}[ \-]?[A-Za-z0-9]{2}"
_HASH = re.compile(r"[0-9a-f]+")
_IBAN = compile_pattern(
    BEFORE + r"((?i:[A-Z]{2})[0-9]{2}(?:[ \-]?[A-Za-z0-9]{4}){2,7}(?:[ \-]?[A-Za-z0-9]{1,3})?)"
)
# Lengths as in the registry of ISO 13616.
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24,
    "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21,
    "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31,
    "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
    "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VG": 24, "XK": 20,
}  # fmt: skip


def find_cards(data: bytes) -> Iterator[Finding]:
    position = 0
    while match := _CARD.search(data, position):
        start, end = match.start(1), match.end(1)
        # The next number may begin within this one's groups: "2024 4111 1111 1111 1111".
        position = start + 4
        if _stands_alone(data, start, end):
            found = _card_end(data[start:end])
            if found:
                position = start + found
                yield Finding("card", start, start + found)


def _stands_alone(data: bytes, start: int, end: int) -> bool:
    """Say whether this is no part of a longer number, of a fraction or of an id."""
    before, after = data[max(0, start - 1) : start], data[end : end + 1]
    if before.isdigit() or after.isdigit() or (after == b"-" and data[end + 1 : end + 2].isalnum()):
        return False
    left = _LETTERS_BEFORE.search(data, max(0, start - _LOOK_BACK_BYTES), start)
    right = _LETTERS_AFTER.match(data, end)
    is_told = left and (left.group().endswith(b"_") or _ESCAPED.search(data, max(0, start - 6), start))
    return all(
        not beside or _NOT_HEX.search(beside.group()) for beside in ((None if is_told else left), right)
    )


def _card_end(value: bytes) -> int:
    """Give how much of the value is a card's number, its separators included; 0 when none is."""
    groups = len(_SEPARATOR.findall(value))
    if groups and len({value[place.start()] for place in _SEPARATOR.finditer(value)}) > 1:
        return 0
    # With a fifth group it may be four and another number.
    candidates = [value] if groups < 4 else [value, value.rsplit(value[4:5], 1)[0]]
    for candidate in candidates:
        digits = _SEPARATOR.sub(b"", candidate).decode()
        if _has_issuer(digits) and passes_luhn(digits):
            return len(candidate)
    return 0


def _has_issuer(digits: str) -> bool:
    return any(
        len(digits) in lengths and first <= digits[: len(first)] <= last for first, last, lengths in _ISSUERS
    )


def passes_luhn(digits: str) -> bool:
    """Check the digit sum of ISO/IEC 7812-1, annex B."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[::-2])) % 10 == 0


def find_ibans(data: bytes) -> Iterator[Finding]:
    position = 0
    while match := _IBAN.search(data, position):
        length = _iban_length(match.group(1) or b"")
        start = match.start(1)
        position = start + (length or 2)
        if length and not data[start + length : start + length + 1].isalnum():
            yield Finding("iban", start, start + length)


def _iban_length(value: bytes) -> int:
    """Give how long the IBAN is that the value begins with, spaces included; 0 when there is none."""
    text = value.decode().upper()
    compact = text.replace(" ", "").replace("-", "")
    length = _IBAN_LENGTHS.get(text[:2], 0)
    # What follows after a space may be the next word already.
    number = compact[:length]
    if not length or len(number) < length or not _passes_mod_97(number):
        return 0
    end = _length_with_separators(text, length)
    # One hash in some thousands begins like this and passes the check; ids and fingerprints are such.
    return 0 if end == length and _HASH.fullmatch(value[:end].decode()) else end


def _passes_mod_97(number: str) -> bool:
    """Check as ISO 13616 says: country and check digits to the end, letters as 10 to 35."""
    turned = number[4:] + number[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _length_with_separators(text: str, signs: int) -> int:
    for place, sign in enumerate(text, start=1):
        signs -= sign.isalnum()
        if signs == 0:
            return place
    return len(text)
