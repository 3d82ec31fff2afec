"""Finds numbers by which a state knows a person: by a name beside them, or by their own check."""

import re
from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding
from issue_intelligence.core.redact.pattern import compile_pattern

# These need no name beside them: written with separators that say what they are, or with check signs.
_SSN = r"[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}"
_CPF = r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}"
_FISCAL_CODE = r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]"
_CHINESE = r"[1-8][0-9]{5}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9Xx]"
_CURP = r"[A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[A-Z0-9][0-9]"
_BEFORE = r"(?:^|[^A-Za-z0-9.\-]|\\[nrt]|(?:%|\\x|\\u00)[0-9A-Fa-f]{2})"
BARE_ID_FORM = rf"{_BEFORE}(?:{_SSN}|{_CPF}|{_FISCAL_CODE}|{_CHINESE}|{_CURP})"
_BARE = compile_pattern(
    rf"{_BEFORE}(?:({_SSN})|({_CPF})|({_FISCAL_CODE})|({_CHINESE})|({_CURP}))(?:[^A-Za-z0-9\-]|$)"
)
ID_WORDS = (
    r"ssn|social[ _\-]?security|national[ _\-]?(?:insurance|id|identity|identification)|\bnino?\b|nhs[ _\-]?n"
    r"|passport|driver'?s?[ _\-]?licen[cs]e|driving[ _\-]?licen[cs]e|aadhaa?r|\bpan[ _\-]?(?:card|n)|\bcpf\b"
    r"|\bdni\b|\bni[ef]\b|\bnir\b|\binsee\b|personnummer|personal[ _\-]?(?:id|code|number)"
    r"|\bcpr\b|hetu|henkil"
    r"|\bpesel\b|\bbsn\b|burgerservice|\bsin\b|\btfn\b|tax[ _\-]?(?:id|file|payer|number)|\bi?tin\b|medicare"
    r"|steuer|codice[ _\-]?fiscale|\bcurp\b|\brut\b|identity[ _\-]?(?:card|number)|ausweis"
    r"|\brrn\b|resident[ _\-]?(?:id|reg)"
    r"|\bcnp\b|\boib\b|\bjmbg\b|securite[ _\-]?sociale|\bahv\b|teudat"
)
# The name, then at most a few short words and signs, then the number.
_NAMED = compile_pattern(
    rf"(?i)(?:{ID_WORDS})[A-Za-z_\-]{{0,16}}[ .]{{0,2}}(?:(?:card|no|nr|num|number|id|code"
    rf"|insurance|security|is|was|of|for|value|holder)[ .]{{0,2}}){{0,3}}"
    r"""(?:\\?["'])?[ ]{0,2}[:=#>]{0,2}[ ]{0,2}(?:\\?["'])?([A-Z0-9][A-Z0-9 ./\-+]{5,22}[A-Z0-9])"""
)
_ID_WORD = re.compile(rb"[A-Za-z0-9./\-+]+")
_DIGITS = re.compile(rb"[0-9]")
_MIN_DIGITS = 5


def find_bare_ids(data: bytes) -> Iterator[Finding]:
    position = 0
    while match := _BARE.search(data, position):
        group = match.lastindex
        position = match.end(group)
        if _CHECKS[group](match.group(group) or b""):
            yield Finding("national_id", match.start(group), match.end(group))


def find_named_ids(data: bytes) -> Iterator[Finding]:
    for match in _NAMED.finditer(data):
        value = match.group(1) or b""
        length = _id_length(value)
        if length:
            yield Finding("national_id", match.start(1), match.start(1) + length)


def _id_length(value: bytes) -> int:
    """Give how much of what follows the name is an id: words with digits, and letters between them."""
    end = 0
    for word in _ID_WORD.finditer(value):
        text = word.group()
        if word.start() > end + 1 or (len(text) > 2 and not _DIGITS.search(text)):
            break
        end = word.end()
    digits = len(_DIGITS.findall(value[:end]))
    return end if digits >= _MIN_DIGITS and len(value[:end]) >= 6 else 0


def _is_ssn(value: bytes) -> bool:
    """Leave out what the Social Security Administration never gives."""
    area, group, serial = value.split(b"-")
    return area not in (b"000", b"666") and group != b"00" and serial != b"0000"


def _is_cpf(value: bytes) -> bool:
    digits = [int(sign) for sign in value.decode() if sign.isdigit()]
    if len(set(digits)) == 1:
        return False
    for length in (9, 10):
        total = sum(digit * (length + 1 - place) for place, digit in enumerate(digits[:length]))
        if total * 10 % 11 % 10 != digits[length]:
            return False
    return True


def _is_chinese(value: bytes) -> bool:
    """Check as GB 11643 says (ISO 7064, MOD 11-2)."""
    total = sum(int(sign) * pow(2, 17 - place, 11) for place, sign in enumerate(value[:17].decode()))
    return "10X98765432"[total % 11] == value[17:].decode().upper()


def _always(_value: bytes) -> bool:
    return True


_CHECKS = {1: _is_ssn, 2: _is_cpf, 3: _always, 4: _is_chinese, 5: _always}
