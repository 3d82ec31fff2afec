"""Finds telephone numbers: international ones, and national ones beside a word that says so."""

import re
from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding
from issue_intelligence.core.redact.pattern import compile_pattern

PHONE_FORM = (
    r"(?:\+|%2B) ?\(?[1-9][0-9 .\-/()]{7}|\([2-9][0-9]{2}\) ?[0-9]{3}[ \-.][0-9]{4}|[^0-9]"
    r"[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}|^[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}"
)
_INTERNATIONAL = compile_pattern(
    r"(?:^|[^A-Za-z0-9+]|\\[nrt]|%3D)((?:\+|%2B)[ ]?\(?[1-9](?:[ .\-/()]{0,2}[0-9]){7,14})"
)
# The North American forms are told by their shape; neither area nor exchange begins with 0 or 1.
_NORTH_AMERICAN = compile_pattern(
    r"(?:^|[^A-Za-z0-9.\-+/])((?:1[ .\-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}-)[2-9][0-9]{2}-"
    r"[0-9]{4})(?:[^0-9.\-A-Za-z]|[.,]?$|[.,]\s)"
)
PHONE_WORDS = (
    r"phone|\btel(?:[ .:=\"'_]|efon|efono)|mobile|\bcell\b|\bfax\b|\bsms\b|whatsapp|msisdn"
    r"|\bhandy\b|m[o\x7f]vil"
    r"|celular|t[e\x7f]l[e\x7f]phone|caller|dial(?:ed|ing)"
)
_NAMED = compile_pattern(
    rf"(?i)(?:{PHONE_WORDS})[A-Za-z_]{{0,12}}[ .]{{0,2}}(?:(?:number|no|nr|num|is|was|to|at"
    rf"|from|for|sent|call)[ .]{{0,2}}){{0,3}}"
    r"""(?:\\?["'])?[ ]{0,2}[:=#>]{0,2}[ ]{0,2}(?:\\?["'])?(\(?[0-9](?:[ .\-/()]{0,2}[0-9]){6,14})"""
)
_NOT_A_DIGIT = re.compile(rb"[^0-9]")
_ADDRESS_OR_DATE = re.compile(
    rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}.*"
)
_MIN_DIGITS_APART = 8
# Without separators "+12345678" may be a difference.
_MIN_DIGITS_TOGETHER = 10


def find_phones(data: bytes) -> Iterator[Finding]:
    for match in _INTERNATIONAL.finditer(data):
        value = match.group(1) or b""
        digits = len(_NOT_A_DIGIT.sub(b"", value.removeprefix(b"%2B")))
        least = _MIN_DIGITS_TOGETHER if value[1:].isdigit() else _MIN_DIGITS_APART
        if digits >= least and not _goes_on(data, match.end(1)):
            yield Finding("phone", match.start(1), match.end(1))
    for match in _NORTH_AMERICAN.finditer(data):
        yield Finding("phone", match.start(1), match.end(1))


def find_named_phones(data: bytes) -> Iterator[Finding]:
    for match in _NAMED.finditer(data):
        value = match.group(1) or b""
        if not _ADDRESS_OR_DATE.fullmatch(value) and not _goes_on(data, match.end(1)):
            yield Finding("phone", match.start(1), match.end(1))


def _goes_on(data: bytes, end: int) -> bool:
    """Say whether the number is the begin of something longer: "+4915112345678901234", "…7ms"."""
    return data[end : end + 1].isalnum() or data[end : end + 1] == b"_"
