"""Finds passwords of URLs, connection strings and commands; user, host and database stay readable."""

import re
from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding, is_placeholder
from issue_intelligence.core.redact.pattern import compile_pattern
from issue_intelligence.core.redact.values import has_high_entropy, is_blank

# The password of a URL ends at the last @ before the path; only where there is none may it hold a slash.
# The user may be a placeholder already, when it was an address.
_PLACED = r"(?:\[REDACTED:[a-z0-9_]{1,40}(?:#[0-9]{1,9})?\])?"
_URL_USER = rf"""[^\s:/"'<>\\\[]{{0,64}}{_PLACED}[^\s:/"'<>\\\[]{{0,64}}"""
_URL = r"[A-Za-z][A-Za-z0-9+.\-]{1,30}:(?:\\?/){2}"
_URL_PASSWORD = compile_pattern(
    rf"{_URL}{_URL_USER}:"
    r"""(?:([^\s/"'<>?#]+)@|([^\s"'<>@]+)@)[A-Za-z0-9\[\x7f_$%]"""
)
# "https://TOKEN@github.com", "https://TOKEN:x-oauth-basic@github.com": the user is the secret.
_URL_TOKEN = compile_pattern(rf"""{_URL}([^\s:/@"'<>\\\[?#]{{16,}})(?::[^\s/@"'<>]*)?@[A-Za-z0-9\[\x7f]""")
# A URL within a URL.
_ENCODED_PASSWORD = compile_pattern(
    r"""(?i)%3A%2F%2F(?:[^\s/"'<>%&@]|%[0-9A-F]{2}){0,80}?%3A((?:[^\s/"'<>&@%]|%[0-9A-F]{2})+?)%40"""
)
_ENCODED_PATH = re.compile(rb"(?i)%(?:2f|3f)")
_PASSWORDS = (
    # Go's MySQL driver: "user:password@tcp(host:3306)/db".
    r"""[\w.\-]{1,64}:([^\s"'@/]+)@(?:tcp|unix)\(""",
    # Oracle's thin driver and SQL*Plus: "scott/tiger@host".
    r"""(?i)(?:jdbc:oracle:[a-z]{3,5}:|\bsqlplus\s{1,3}(?:-[A-Z]{1,2}\s{1,3}){0,3})[A-Z0-9_$#]{1,64}/([^\s"'@/]+)@""",
    # "curl -u user:password"; elsewhere -u often names a user and a group.
    r"""\bcurl\s[^\r\n]{0,200}?(?:-u|--user|-U|--proxy-user)[\s=]{1,3}["']?[^\s:"']{1,64}:([^\s"']+)""",
    r"""\bmysql[a-z]{0,8}\s[^\r\n]{0,200}?\s-p["']?([^\s"'\-][^\s"']*)""",
    r"""\bsshpass\s{1,3}-p\s{0,3}["']?([^\s"']+)""",
    r"""\b(?:redis|valkey)-cli\s[^\r\n]{0,200}?-a\s{1,3}["']?([^\s"']+)""",
    r"""\b(?:docker|podman|helm|az|oc|mongo[a-z]{0,7})\s[^\r\n]{0,200}?\s-p\s{1,3}["']?([^\s"'\-][^\s"':/]*)(?:["'\s]|$)""",
    r"""(?i)\s-pass(?:in|out|phrase)?\s{1,3}(?:pass:)?["']?([^\s"']+)""",
    # .netrc
    r"""(?i)\blogin\s{1,3}[^\s]{1,128}\s{1,3}password\s{1,3}([^\s"']+)""",
    # Redis and IRC as they are spoken, SQL of several vendors.
    r"""(?i)(?:^|["'\s])(?:AUTH|REQUIREPASS|MASTERAUTH)\s{1,3}["']?([^\s"']{6,}\d[^\s"']*)""",
    r"""(?i)\b(?:identified\s{1,3}(?:with\s{1,3}\w{1,32}\s{1,3})?by|(?:with\s{1,3}|encrypted\s{1,3}|\b)password)\s{1,3}(?:=\s{0,3})?['"]([^'"\r\n]+)""",
)
_COMMANDS = tuple(compile_pattern(pattern) for pattern in _PASSWORDS)


def find_url_passwords(data: bytes) -> Iterator[Finding]:
    for match in _URL_PASSWORD.finditer(data):
        group = match.lastindex
        value = match.group(group) or b""
        # "http://host:8080/users/a@b.example": a port and a path, no password.
        is_port = group == 2 and value.split(b"/", 1)[0].isdigit()
        if not is_port and not is_placeholder(value) and not is_blank(value):
            yield Finding("password", match.start(group), match.end(group))
    for match in _URL_TOKEN.finditer(data):
        if has_high_entropy(match.group(1) or b""):
            yield Finding("token", match.start(1), match.end(1))
    for match in _ENCODED_PASSWORD.finditer(data):
        value = match.group(1) or b""
        if not _ENCODED_PATH.search(value) and not is_blank(value):
            yield Finding("password", match.start(1), match.end(1))


def find_command_passwords(data: bytes) -> Iterator[Finding]:
    for pattern in _COMMANDS:
        for match in pattern.finditer(data):
            value = match.group(1) or b""
            if not is_placeholder(value) and not is_blank(value):
                yield Finding("password", match.start(1), match.end(1))
