"""Finds random values beside names that only hint at a secret: sig=…, session: …, "key": "…".

Randomness is measured. A hash, a commit or a UUID looks as random as a secret does, so that beside a weak
name it stays.
"""

import re
from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding, is_placeholder
from issue_intelligence.core.redact.pattern import compile_pattern
from issue_intelligence.core.redact.values import has_high_entropy, looks_random

# Beside these any long value is a secret, a hexadecimal one too.
_STRONG = r"sig|signature|hmac|csrf|xsrf|csrfmiddleware|sess|session|session[_\-]?(?:id|key)|sid|sessid|auth"
# Beside these only what is random by measure.
_WEAK = (
    r"key|code|nonce|salt|seed|cred|license|webhook|dsn|state|ticket|magic|invite|reset|access|client|guid"
)
_NAME_START = r"(?i)(?:^|[^A-Za-z0-9.\-])(?:[A-Za-z0-9_.\-]{0,64}[_.\-])?"
_SEPARATOR = r"""(?:\]|%5D)?(?:\\*["'`]|%22)?[ \t]{0,4}(?:=>|=|:|%3D|%3A)[ \t]{0,4}(?:\\*["'`]|%22)?"""
_VALUE = r"([A-Za-z0-9_\-+/=.~%]{16,})"
_NAMED = compile_pattern(rf"{_NAME_START}(?:({_STRONG})|(?:{_WEAK})){_SEPARATOR}{_VALUE}")
# "auth failed for token 0123…", "the API key abc…".
_NEAR = compile_pattern(
    r"(?i)(?:\b|_)(?:password|secret|token|api[ _-]?key)\s{1,3}(?:(?:is|was)\s)?([A-Za-z0-9_+/=\-]{20,})"
)
_SAID = compile_pattern(
    r"""(?i)\bpass(?:word|phrase|code)\s{1,3}(?:is|was|(?:re)?set\s{1,3}to|changed\s{1,3}to)\s{0,3}:?\s{0,3}["'`]?([^\s"'`<>]{5,})"""
)
_ONE_TIME = compile_pattern(
    r"(?i)\b(?:verification|security|one[\- ]?time|login|access|confirmation|2fa|mfa|otp|sms"
    r"|pin)[ \-]?(?:pass)?(?:code|pin|otp)\s{1,3}(?:is|was)?\s{0,3}:?\s{0,3}([0-9]{4,10})\b"
)
_PHRASE = compile_pattern(
    r"""(?i)(?:mnemonic|(?:seed|recovery|backup)[ _\-]?(?:phrase|words))["']?\s{0,3}(?:is|"""
    r"""[:=])?\s{0,3}["']?((?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})"""
)
# An address in memory, as servers write their session ids; a Windows security id.
_NOT_SECRET = re.compile(rb"0x[0-9a-fA-F]{1,16}|S-1-[0-9\-]+|[0-9.\-]+|[A-Za-z_.\-]+|/.*|[a-z]+://.*")
_MIXED = re.compile(rb"(?=.*[A-Za-z])(?=.*[0-9!@#$%^&*?])")


def find_beside_telling_names(data: bytes) -> Iterator[Finding]:
    position = 0
    while match := _NAMED.search(data, position):
        value = (match.group(2) or b"").split(b"%26")[0].split(b"%22")[0]
        # A refused value may be a name itself.
        position = match.start(2)
        judge = looks_random if match.start(1) >= 0 else has_high_entropy
        if not _NOT_SECRET.fullmatch(value) and judge(value):
            position += len(value)
            yield Finding("secret", match.start(2), match.start(2) + len(value))
    for match in _NEAR.finditer(data):
        if looks_random(match.group(1) or b""):
            yield Finding("secret", match.start(1), match.end(1))


def find_said_secrets(data: bytes) -> Iterator[Finding]:
    """Find what a sentence gives away: "your password is …", "the login code is 123456"."""
    for match in _SAID.finditer(data):
        value = (match.group(1) or b"").rstrip(b".,;:!?)")
        if _MIXED.match(value) and not is_placeholder(value):
            yield Finding("password", match.start(1), match.start(1) + len(value))
    for match in _ONE_TIME.finditer(data):
        yield Finding("one_time_code", match.start(1), match.end(1))
    for match in _PHRASE.finditer(data):
        yield Finding("recovery_phrase", match.start(1), match.end(1))
