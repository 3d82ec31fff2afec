"""Finds credentials by the structure around them: JWTs, headers, cookies."""

import base64
import binascii
from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding, is_placeholder
from issue_intelligence.core.redact.pattern import compile_pattern
from issue_intelligence.core.redact.values import is_blank, looks_random

_JWT = compile_pattern(r"\beyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{2,}(?:\.[A-Za-z0-9_\-]*){0,3}")

# The name may be a JSON key, with its quotes escaped or not.
# A raw header list has a comma between: ["Authorization","Bearer …"].
_NAME_END = (
    r"""(?:(?:\\*["'])?\s{0,3}(?:[:=]|=>|%3A)(?:\s|%20|\+){0,3}(?:\[\s{0,3})?(?:\\*["'])?"""
    r"""|\\*["'],\s{0,3}\\*["'])"""
)
_AUTHORIZATION = compile_pattern(
    rf"(?i)\b(?:authorization|x-authorization){_NAME_END}"
    r"(?:(basic|bearer|token|apikey|api-key|key|negotiate|ntlm|jwt|oauth|bot|splunk)(?:\s{1,3}|%20|\+)"
    r"""([^\s"'\\,;}]+)"""
    r"""|((?:digest|aws4-hmac-sha256|hawk|signature|hmac)\s(?:\\+"|[^"\r\n]|"[^",:{}\r\n]*"(?:, ?|$))+)"""
    r"""|([^\s"'\\,;}]+))"""
)
_BARE_SCHEME = compile_pattern(r"(?i)\b(bearer|basic)(?:\s{1,3}|%20)([A-Za-z0-9._~+/\-]{8,}=*)")

_COOKIE_PAIR = r"""[^\s=;,"'\[\]]+=(?:"[^"\n]*"|[^;\s"'\\]*)"""
_COOKIE = compile_pattern(rf"(?i)\bcookie{_NAME_END}({_COOKIE_PAIR}(?:;\s?{_COOKIE_PAIR})*)")
_SET_COOKIE = compile_pattern(rf"""(?i)\bset-cookie{_NAME_END}[^\s=;,"'\[\]]+=("[^"\n]*"|[^;,\s"'\\]+)""")


def find_jwts(data: bytes) -> Iterator[Finding]:
    for match in _JWT.finditer(data):
        yield Finding("jwt", match.start(), match.end())


def find_authorization(data: bytes) -> Iterator[Finding]:
    """Find credentials of Authorization headers; the scheme stays readable."""
    for match in _AUTHORIZATION.finditer(data):
        scheme, bare = match.group(1), match.group(4)
        group = match.lastindex
        value = match.group(group) or b""
        # Without a known scheme it may be prose: "authorization: denied".
        if is_placeholder(value) or is_blank(value) or (bare and not looks_random(bare)):
            continue
        kind = "basic_auth" if scheme and scheme.lower() == b"basic" else "authorization"
        yield Finding(kind, match.start(group), match.end(group))
    yield from _find_bare_schemes(data)


def _find_bare_schemes(data: bytes) -> Iterator[Finding]:
    for match in _BARE_SCHEME.finditer(data):
        scheme, value = match.group(1) or b"", match.group(2) or b""
        if scheme.lower() == b"basic":
            if _is_basic(value):
                yield Finding("basic_auth", match.start(2), match.end(2))
        elif looks_random(value):
            yield Finding("authorization", match.start(2), match.end(2))


def _is_basic(value: bytes) -> bool:
    """Say whether this is base64 of "user:password"; "Basic functionality" is not."""
    try:
        return b":" in base64.b64decode(value + b"=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False


def find_cookies(data: bytes) -> Iterator[Finding]:
    for match in _SET_COOKIE.finditer(data):
        value = match.group(1) or b""
        if not is_placeholder(value) and not is_blank(value):
            yield Finding("cookie", match.start(1), match.end(1))
    for match in _COOKIE.finditer(data):
        # "Set-Cookie" also ends in "cookie"; its attributes are worth reading.
        if data[max(0, match.start() - 4) : match.start()].lower() != b"set-":
            yield Finding("cookie", match.start(1), match.end(1))
