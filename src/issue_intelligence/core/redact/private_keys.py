"""Finds private keys: whole, cut off at either end, escaped, or line by line."""

from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding
from issue_intelligence.core.redact.pattern import compile_pattern
from issue_intelligence.core.redact.values import entropy_bits, mixes_characters

# Line ends as they are, escaped once or more (JSON within JSON), or percent-encoded.
_BREAK = r"(?:\s|\\+[nrt]|%0[aAdD]|%20)"
_BODY = r"[A-Za-z0-9+/]{16,}=*"
_HEADER = r"(?:Proc-Type|DEK-Info|Version|Comment|Hash): ?[^\n\\]{0,100}"
_END = r"-{4,5} ?END [A-Z0-9 ]{0,40}-{4,5}"
# A key cut off by a line limit has no END; then its body reaches as far as lines look like base64.
_KEY = compile_pattern(
    r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}"
    rf"(?:{_BREAK}*(?:{_BODY}|{_HEADER}))*"
    rf"(?:{_BREAK}*=?[A-Za-z0-9+/]{{0,15}}=*{_BREAK}*{_END}|{_BREAK}*[A-Za-z0-9+/]{{1,15}}=*(?:\.\.|\x7f|[\"']|$))?"
)
# The other half, where the text begins within a key.
_TAIL = compile_pattern(
    rf"(?:{_BODY}{_BREAK}+)+(?:=?[A-Za-z0-9+/]{{1,15}}=*{_BREAK}+)?-{{4,5}} ?END "
    rf"[A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)? ?-{{4,5}}"
)
_PUTTY = compile_pattern(
    rf"Private-Lines: ?[0-9]{{1,4}}((?:{_BREAK}+{_BODY})+(?:{_BREAK}+[A-Za-z0-9+/]{{1,15}}={{0,2}})?)"
)
# Logs hand over a key line by line; 64, 70 and 76 are the widths that tools write.
_LONE_LINE = compile_pattern(r"(?m:(?:^|[ \t|>])([A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{70}|[A-Za-z0-9+/]{76})\r?$)")
_MIN_BITS = 4.2


def find_private_keys(data: bytes) -> Iterator[Finding]:
    for pattern in (_KEY, _TAIL):
        for match in pattern.finditer(data):
            yield Finding("private_key", match.start(), match.end())
    for match in _PUTTY.finditer(data):
        yield Finding("private_key", match.start(1), match.end(1))


def find_lone_key_lines(data: bytes) -> Iterator[Finding]:
    for match in _LONE_LINE.finditer(data):
        value = match.group(1) or b""
        if mixes_characters(value) and entropy_bits(value) >= _MIN_BITS:
            yield Finding("private_key", match.start(1), match.end(1))
