"""Finds personal data: e-mail addresses and payment cards."""

import re
from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding
from issue_intelligence.core.redact.pattern import compile_pattern

_EMAIL = compile_pattern(
    r"[A-Za-z0-9_\x7f][A-Za-z0-9._+'\-\x7f]{0,63}(?:@|%40)"
    r"(?:[A-Za-z0-9\x7f](?:[A-Za-z0-9\-\x7f]{0,62})\.){1,8}[A-Za-z\x7f]{2,24}\b"
)
# "postgres://app@db.example" and "mongodb://app:p@ss@db.example" name a user of a machine.
_USER_OF_URL = re.compile(rb"://(?:[^\s/:?#=]{0,64}:[^\s/?#=]{0,64})?$")
# "smtp://joe@example.com:password@mail.example": this one is an address after all.
_PASSWORD_FOLLOWS = re.compile(rb":[^\s/@]{1,256}@")
_LOOK_BACK_BYTES = 140
# "logo@2x.png", "user@1000.service", "lodash@4.17.21.tgz" have the form of an address.
_NOT_DOMAINS = frozenset(
    b"png jpg jpeg gif svg webp ico css js mjs cjs ts tsx jsx json map html tgz gz zip jar war py rb go php"
    b" service socket timer slice scope mount target device path swap".split()
)
CARD_FORM = (
    r"\b(?:[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{4}|[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5}|[0-9]{14,19})\b"
)
_CARD = compile_pattern(CARD_FORM)
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


def find_emails(data: bytes) -> Iterator[Finding]:
    for match in _EMAIL.finditer(data):
        value = (match.group() or b"").lower().replace(b"%40", b"@")
        domain = value.rsplit(b".", 1)[1]
        before = data[max(0, match.start() - _LOOK_BACK_BYTES) : match.start()]
        # "git@github.com:" is everybody's.
        if domain in _NOT_DOMAINS or value.startswith(b"git@"):
            continue
        if _USER_OF_URL.search(before) and not _PASSWORD_FOLLOWS.match(data, match.end()):
            continue
        yield Finding("email", match.start(), match.end())


def find_cards(data: bytes) -> Iterator[Finding]:
    for match in _CARD.finditer(data):
        start, end = match.start(), match.end()
        # Part of a longer number, of a fraction or of a name.
        if data[max(0, start - 1) : start] in (b".", b"-") or data[end : end + 1] == b"-":
            continue
        digits = (match.group() or b"").decode().replace(" ", "").replace("-", "")
        if _has_issuer(digits) and _passes_luhn(digits):
            yield Finding("card", start, end)


def _has_issuer(digits: str) -> bool:
    return any(
        len(digits) in lengths and first <= digits[: len(first)] <= last for first, last, lengths in _ISSUERS
    )


def _passes_luhn(digits: str) -> bool:
    """Check the digit sum of ISO/IEC 7812-1, annex B."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[::-2])) % 10 == 0
