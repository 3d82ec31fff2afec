"""Finds values that stand next to a telling name: password=…, "api_key": "…", ?access_token=…, --secret ….

The name stays, so that a reader still sees what was set. A colon also ends a clause of a sentence
("invalid token: expired"), so values after a colon must look less like words.
"""

import re
from collections.abc import Iterator

from issue_intelligence.core.redact.finding import PLACEHOLDER, Finding, is_placeholder
from issue_intelligence.core.redact.pattern import Match, compile_pattern
from issue_intelligence.core.redact.values import has_characters, is_blank, is_prose, looks_random

# What a name ends in, by the kind it tells; each is one group of the patterns below.
_NAMES = (
    (
        "password",
        (
            r"pass(?:word|wd|code|phrase|wort|key)s?|passwd|pwd|pswd|contrase[n\x7f]a|kennwort|senha|motdepasse"
            r"|(?:verification|security|one[_\- ]?time|pin|2fa|mfa|otp|backup|recovery)[_\-]?codes?"
        ),
    ),
    (
        "secret",
        r"secrets?|credentials?|creds|private[_\- ]?key|mnemonic|seed[_\- ]?phrase|recovery[_\- ]?phrase",
    ),
    (
        "api_key",
        (
            r"(?:api|access|secret|auth|signing|encrypt(?:ion)?|account|master|service|shared|app|storage|admin|aes"
            r"|subscription|consumer|webhook|deploy|hmac|jwt|cookie|license|write|root|ssh|integration|ingest(?:ion)?)"
            r"[_\- ]?key(?:[_\-]base)?"
            r"|secret[_\-]?access[_\-]?key|shared[_\-]?access[_\-]?key|x-(?:amz|goog)-signature"
        ),
    ),
    ("token", r"token|jwt|bearer|jsessionid|phpsessid|connect\.sid"),
)
# Short names count only as whole words: "compass", "laptop" and "bypass" hold some of them.
_SHORT_NAMES = r"(?:[A-Za-z0-9.\-]{0,64}[_.\-])?(?:pass|pw|otp|totp|cvv2?|cvc2?)"
_SUFFIX = r"(?:[_\-]?(?:confirm(?:ation)?|hash|value|text|plain|raw|old|new|again|repeat|[0-9]{1,2}))?"
NAME = (
    r"(?:[A-Za-z0-9_.\-]{0,64}?(?:" + "|".join(f"({words})" for _, words in _NAMES) + ")"
    rf"|({_SHORT_NAMES})){_SUFFIX}"
)
_START = r"(?i)(?:^|[^A-Za-z0-9_.\-]|--)"
_QUOTE = r"""(?:\\*["'`]|%22|&quot;|&#34;)"""
# An unclosed quote reaches to the end of its line: the line was cut off.
_QUOTED = r""""(?:[^"\\\r\n]|\\[^\r\n])*|'(?:[^'\\\r\n]|\\[^\r\n])*|`[^`\r\n]*|\\+["'][^"'\\\r\n]*"""

# How many groups NAME has: one for each kind, one for short names.
NAME_GROUPS = len(_NAMES) + 1
# The last three groups of a pattern, after one for each kind of name.
_SHORT_GROUP, _SEPARATOR, _VALUE = range(len(_NAMES) + 1, len(_NAMES) + 4)
_WEAK_NAMES = ("api_key", "token")
# Loggers colour names and values each by themselves.
_COLOUR = r"(?:\x1b\[[0-9;]{0,16}m){0,3}"
# A form's field may be written user[password].
_SEPARATORS = r"[ \t]{0,8}(?:=>|:=|->|={1,3}|%3D|%3A|:)[ \t]{0,8}"
_WRAPPED = r"(?:[bu]|\[\s{0,3}|(?:Some|String|Secret|SecretStr|SecretString|Password)\()?"
_ASSIGNMENT = compile_pattern(
    rf"{_START}{NAME}(?:\]|%5D)?{_QUOTE}?{_COLOUR}({_SEPARATORS}){_COLOUR}"
    rf"""((?:{_WRAPPED}(?:{_QUOTED}))|[^\s"'`<>]+)"""
)
# As a shell has it, and as a list of arguments is printed.
_FLAG = compile_pattern(
    rf"""(?i)(?:^|[\s"'`\[(,])--?{NAME}([ \t]{{1,3}}|\\*["'],\s{{0,3}})({_QUOTED}|[^\s"'`<>-][^\s"'`<>]*)"""
)
_XML = compile_pattern(rf"(?i)<{NAME}(?:\s[^<>]{{0,200}})?(>)(?:<!\[CDATA\[)?([^<>\]\r\n]+)(?:\]\]>)?</")
_OPENING = re.compile(rb"(?:[bu]|\[\s{0,3}|[A-Za-z]{4,12}\()?\\*[\"'`]")
_ENCODED_OPENING = re.compile(rb"%22|%27|&quot;|&#34;")
# Where an unquoted value ends although no space follows: "a=1,password=x,b=2", an escaped line end.
_VALUE_END = re.compile(
    rb"[,;|](?=$|[\w.\-]{1,64}[=:])|&(?=[\w.\-%\[\]]{1,64}=|#?[a-z0-9]{2,6};|$)|\\+[nrt]|\\+u0026|%26|%22|%7D|\x1b|[)\]},;.\\]+$"
)
_WORD = re.compile(rb"[A-Za-z]+[.,!?]?")
_NEXT_WORD = re.compile(rb" [A-Za-z0-9(\"'`]\w{0,64}(?![\w=:])")
_LOOK_AHEAD_BYTES = 80
_MIXED_WORD = re.compile(rb"(?:[0-9]{1,32}[A-Za-z]|[^0-9]{0,32}[A-Za-z][^0-9]{0,32}[0-9])")
# "token=Token{a64f992", "token: android.os.Binder@1f": an object as it is printed.
_OBJECT = re.compile(
    rb"[A-Z][A-Za-z0-9_.$]{1,64}[{(@\[]|[A-Za-z_$]{1,64}(?:\.[A-Za-z_$]{1,64}){1,9}(?:@[0-9a-f]{1,16})?$"
)
_FILE_PATH = re.compile(rb"[/~]|[A-Za-z]:[\\/]")
# No single word or placeholder is longer, and bounding what may be refused keeps the search linear.
_ALWAYS_SECRET_LENGTH = 160


def find_assignments(data: bytes) -> Iterator[Finding]:
    for pattern in (_ASSIGNMENT, _FLAG, _XML):
        position = 0
        while match := pattern.search(data, position):
            start, end = _value_span(match)
            if _is_secret(match, data, start, end):
                yield Finding(kind_of(match), start, end)
                position = max(end, match.start() + 1)
            else:
                # What was refused may itself be a name: "token: password=x".
                position = max(match.start(_VALUE) - 1, match.start() + 1)


def kind_of(match: Match, *, first_group: int = 1) -> str:
    """Say what the name of a match tells; `first_group` is the first of those of NAME."""
    for group, (kind, _) in enumerate(_NAMES, start=first_group):
        if match.start(group) >= 0:
            return kind
    return "password"


def _value_span(match: Match) -> tuple[int, int]:
    value = match.group(_VALUE) or b""
    start = match.start(_VALUE)
    if opening := _OPENING.match(value):
        return start + opening.end(), match.end(_VALUE)
    encoded = _ENCODED_OPENING.match(value)
    begin = encoded.end() if encoded else 0
    # A placeholder's own bracket ends nothing.
    placeholder = PLACEHOLDER.match(value, begin)
    end = _VALUE_END.search(value, placeholder.end() if placeholder else begin)
    return start + begin, start + (end.start() if end else len(value))


def _is_secret(match: Match, data: bytes, start: int, end: int) -> bool:
    value = data[start:end]
    if is_placeholder(value) or not has_characters(value):
        return False
    if len(value) > _ALWAYS_SECRET_LENGTH:
        return True
    is_quoted = start > match.start(_VALUE)
    words = value.split()
    if is_blank(value) or (is_prose(words[0]) and not (is_quoted and len(value) == 1)):
        return False
    if data[max(0, match.start() - 10) : match.start() + 1].lower() == b"unexpected ":
        # What a parser calls a token.
        return False
    if kind_of(match) == "password" and _FILE_PATH.match(value):
        # PWD is the working directory in what sudo and shells write.
        return False
    return is_quoted or _is_secret_word(match, value, data[end : end + _LOOK_AHEAD_BYTES])


def _is_secret_word(match: Match, value: bytes, rest: bytes) -> bool:
    """Judge a value without quotes by how telling its name and its separator are."""
    is_colon = (match.group(_SEPARATOR) or b"").strip() == b":"
    if kind_of(match) in _WEAK_NAMES:
        if _OBJECT.match(value):
            return False
        if not is_colon:
            return len(value) >= 4
        return looks_random(value) or (len(value) >= 6 and not _WORD.fullmatch(value))
    if is_colon and match.start(_SHORT_GROUP) >= 0:
        return len(value) >= 6 and bool(_MIXED_WORD.match(value))
    # "password: attempt 3 of 5" goes on as a sentence does.
    return not (is_colon and _WORD.fullmatch(value) and _NEXT_WORD.match(rest))
