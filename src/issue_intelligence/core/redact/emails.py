"""Finds e-mail addresses, of people and not of machines."""

import re
from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding
from issue_intelligence.core.redact.pattern import compile_pattern

_EMAIL = compile_pattern(
    r"[A-Za-z0-9_\x7f][A-Za-z0-9._+'\-\x7f]{0,63}(?:@|%40|\\+u0040|&#(?:64|x40);)"
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
    b" xml yml yaml txt log pdf dll exe local localdomain"
    b" service socket timer slice scope mount target device path swap".split()
)


def find_emails(data: bytes) -> Iterator[Finding]:
    for match in _EMAIL.finditer(data):
        value = (match.group() or b"").lower()
        domain = value.rsplit(b".", 1)[1]
        before = data[max(0, match.start() - _LOOK_BACK_BYTES) : match.start()]
        # "git@github.com:" is everybody's.
        if domain in _NOT_DOMAINS or value.startswith(b"git@"):
            continue
        if _USER_OF_URL.search(before) and not _PASSWORD_FOLLOWS.match(data, match.end()):
            continue
        yield Finding("email", match.start(), match.end())
