"""Replaces what varies in a message by placeholders, so that lines of the same kind become equal.

Pure and versioned: a change of any rule is a new MASK_VERSION, because stored fingerprints depend on it.
"""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache

MASK_VERSION = 2
_MAX_CHARS = 4096

# Every repetition is bounded or guarded by a look-behind that allows one start a run, so the time is linear.
_TRACE_BEHIND = re.compile(r"\n\s{0,40}at |\nTraceback \(most recent")
# An apostrophe within a word is no quote, and a quoted name before a colon is a key that stays.
_QUOTED = re.compile(
    r"(?<![\w\\>\"'`])"
    r"(?:\"[^\"\n]{1,512}\"(?![\w<\"]|\s?:(?!:))|'[^'\n]{1,512}'(?![\w<']|\s?:(?!:))|`[^`\n]{1,512}`(?![\w<`]))"
)
_REQUEST = re.compile(r"[\"'`](GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) [^ ]")
_URL = re.compile(r"(?<![\w+.>-])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s\"'`<>()\[\]{},;]+", re.ASCII)
_EMAIL = re.compile(r"(?<![\w.+>-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])")
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_CLOCK = r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}\b))?"
_TIME = re.compile(
    rf"(?<![\w:])(?:\d{{4}}[-/]\d{{2}}[-/]\d{{2}}(?:[T _]{_CLOCK})?"
    rf"|\d{{1,2}}/(?:{_MONTHS}|\d{{2}})/\d{{4}}(?:[: ]{_CLOCK})?"
    rf"|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?"
    rf"(?:(?:{_MONTHS}) {{1,2}}\d{{1,2}}|\d{{1,2}} (?:{_MONTHS}) \d{{4}})"
    rf" {_CLOCK}(?: \d{{4}})?"
    rf"|{_CLOCK})(?![\w:])",
    re.ASCII,
)
_MAC = re.compile(r"(?<![\w:])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![\w:])")
_IPV6 = re.compile(
    r"(?<![\w:.])(?=[:A-Fa-f]{0,8}[0-9])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])"
)
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)", re.ASCII)
_NOT_A_HOST = (
    r"(?!(?:[jt]sx?|mjs|cjs|py|go|rb|rs|java|kt|php|cs|c|h|cc|cpp|vue|html?|json|ya?ml|log|txt|sql):)"
)
_TOP_LEVEL = "com|net|org|edu|gov|info|io|dev|app|cloud|local|internal|lan|svc|home|corp|arpa"
# Two letters behind two dots are a country, but for the endings of files; names turned round are packages.
_COUNTRY = (
    r"(?!(?:com|org|net|io|dev|java|javax|android|kotlin|scala)\.)(?:[a-z0-9_-]{1,63}\.){2,10}"
    r"(?!(?:js|ts|py|go|rb|rs|cs|kt|md|sh|so|gz|id|in|is|to|no|do|me)(?![\w-]))[a-z]{2}(?![\w-]|\.\w)"
)
_HOST = re.compile(
    rf"(?<![\w.@/>-])(?:localhost(?=:\d)|{_COUNTRY}|"
    r"(?:[A-Za-z0-9][\w-]{0,62}\.){1,8}"
    rf"(?:(?:{_TOP_LEVEL}|(?:com|net|org|co|edu|gov|ac)\.[a-z]{{2}})(?![\w-]|\.\w))"
    rf"|(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,8}}{_NOT_A_HOST}[a-z]{{2,24}}(?=:\d{{2,5}}(?![\w:])))",
    re.ASCII,
)
# People's names: "for user alice", "invalid user admin", "password for root from <ip>".
_USER = re.compile(
    r"(?<![\w>-])((?:for|by|of|[Ii]nvalid) user |for (?=[^\s<]{1,64} from <ip>))[^\s<,;:()\[\]]{1,64}"
)
# What a key says after its "=" is a variable, unless the key names a cause.
_KEY_VALUE = re.compile(
    r"(?<![\w.?&>-])([A-Za-z_][\w.-]{0,63})=(?![=~ ])([^\s,;&|()\[\]{}\"'`]{1,512}(?:\{[^{}\n]{0,512}\})?)",
    re.ASCII,
)
_SWITCHES = frozenset({"true", "false"})
_TELLING_KEY = re.compile(
    r"(?i)(?:^|[._-])(?:error|err|reason|cause|code|status|state|exception|errno|level|type|kind|msg|message)$"
)
# "task_1445144423722_0020_m_000001", "broadcast_5_piece0", "rdd_2_1": a name and what counts within it.
_COUNTED_NAME = re.compile(
    r"(?<![\w.>-])([A-Za-z][A-Za-z]{0,40})_-?\d+(?:_[A-Za-z0-9]{1,40}){0,8}(?![\w])", re.ASCII
)
# What stands there several times over is a list, whose length varies.
_REPEATED = re.compile(
    r"(?<![^\s,;(\[{])([^\s,;<]{0,64}<(?:num|id|hex|ip|host|path|uuid|str|url|email|user)>[^\s,;]{0,64})"
    r"(?:[,;]? \1(?![^\s,;)\]}]))+"
)
_PATH = re.compile(
    r"(?<![\w/.<>~:-])(?:((?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) )(/[^\s\"'`<>,;|()]{0,1024})"
    r"|(?:~|\.{1,2})?(?:(?:/[\w.@%+~$:-]{1,255}){2,}/?|/[\w.-]{1,255}/\*)(?:\?[^\s\"'`<>]{0,1024})?"
    r"|(?:[\w.@-]{1,255}/){1,32}[\w-]{1,128}\.[A-Za-z]\w{0,7}(?![\w/<])"
    r"|[A-Za-z]:\\[^\s\"'`<>|,;()]{1,1024})"
)
_DURATION_UNIT = (
    r"(?:ns|us|µs|μs|ms|msecs?|millis(?:econds?)?|s|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?)"
)
_DURATION = re.compile(
    rf"(?<![\w.])\d{{1,20}}(?:\.\d{{1,20}})?(?: ?{_DURATION_UNIT}|[mhd](?:\d{{1,4}}[ms]){{0,2}})(?![\w/])"
)
_SIZE = re.compile(r"(?<![\w.])\d{1,20}(?:\.\d{1,20})? ?(?:[kKMGTP]i?[bB]|[bB]ytes?|B)(?![\w/])")
_HEX = re.compile(r"(?<![0-9A-Za-z])0[xX][0-9A-Fa-f]{1,128}(?![0-9A-Za-z])")
_NUMBER = re.compile(r"(?<![A-Za-z0-9.])[-+]?\d+(?:[.,]\d+)*(?![A-Za-z0-9])", re.ASCII)
_WORD_WITH_DIGIT = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]*\d[A-Za-z0-9]*", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
_API_VERSION = re.compile(r"v\d{1,2}")
_HEX_WORD = re.compile(r"[0-9A-Fa-f]{7,}")
_ZEROS = {ord(digit): "0" for digit in "123456789"}
# What every host and every quantity with a unit must have.
_DOT_LETTERS = re.compile(r"\.[a-z]{2}")
_UNIT_BEHIND = re.compile(r"\d ?[A-Za-zµμ]")


def mask(message: str) -> str:
    """Replace variables by placeholders: "connect ECONNREFUSED <ip>:<num>".

    The lines of a stack trace behind the message are left out; only the first 4,096 characters count.
    """
    return _with_zeros(_mask, message[:_MAX_CHARS])


def fingerprint(masked: str, version: int = MASK_VERSION) -> str:
    """Hash a masked message to 16 hex digits; equal in every batch and process."""
    data = f"{version}\n{masked}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def mask_path(path: str) -> str:
    """Template a path: "/api/orders/42?x=1" becomes "/api/orders/<num>"."""
    return _with_zeros(_mask_path, path.split("?", 1)[0].split("#", 1)[0])


def _with_zeros(masked: Callable[[str], str], text: str) -> str:
    """Mask the text as if each of its digits were 0, so that lines that differ in numbers are masked once.

    The rules do not look at a digit's value but in "0x"; what they leave of the digits is the line's own.
    """
    if _DIGITS.search(text) is None:
        return masked(text)
    zeros = text.translate(_ZEROS)
    if "0x" in zeros or "0X" in zeros:
        return masked(text)
    result = masked(zeros)
    return result if _DIGITS.search(result) is None else masked(text)


@lru_cache(maxsize=4096)
def _mask_path(path: str) -> str:
    return "/".join(_mask_segment(segment) for segment in path.split("/"))


@lru_cache(maxsize=8192)
def _mask(text: str) -> str:
    if "\n" in text and (behind := _TRACE_BEHIND.search(text)):
        text = text[: behind.start()]
    text = " ".join(text.split())
    if '"' in text or "'" in text or "`" in text:
        text = _QUOTED.sub(_mask_quote, text)
    if "://" in text:
        text = _URL.sub("<url>", text)
    if "@" in text:
        text = _EMAIL.sub("<email>", text)
    text = _mask_addresses(text)
    if "=" in text:
        text = _KEY_VALUE.sub(_mask_pair, text)
    if "/" in text or "\\" in text:
        text = _PATH.sub(_mask_path_match, text)
    if _DIGITS.search(text) is not None:
        text = _mask_numbers(text)
    if "> " in text or ">, " in text:
        text = _REPEATED.sub(r"\1", text)
    return text


def _mask_addresses(text: str) -> str:
    # Each guard asks for what every match must have; counting signs costs far less than the patterns.
    if text.count("-") >= 4:
        text = _UUID.sub("<uuid>", text)
    if text.count(":") >= 2 or text.count("-") >= 2 or text.count("/") >= 2:
        text = _TIME.sub("<time>", text)
    if text.count(":") >= 2:
        text = _IPV6.sub("<ip>", _MAC.sub("<mac>", text))
    if "localhost:" in text or ("." in text and _DOT_LETTERS.search(text)):
        text = _HOST.sub("<host>", text)
    if text.count(".") >= 3:
        text = _IPV4.sub("<ip>", text)
    if "for " in text or "user " in text:
        text = _USER.sub(r"\1<user>", text)
    return text


def _mask_numbers(text: str) -> str:
    if _UNIT_BEHIND.search(text):
        text = _DURATION.sub("<dur>", text)
        text = _SIZE.sub("<size>", text)
    if "0x" in text or "0X" in text:
        text = _HEX.sub("<hex>", text)
    if "_" in text:
        text = _COUNTED_NAME.sub(r"\1_<id>", text)
    text = _NUMBER.sub("<num>", text)
    return _WORD_WITH_DIGIT.sub(_mask_word, text) if _DIGITS.search(text) else text


def _mask_quote(match: re.Match[str]) -> str:
    # What an access log quotes is a request, and reading is another event than writing.
    request = _REQUEST.match(match[0])
    return f'"{request[1]} <path>"' if request else "<str>"


def _mask_pair(match: re.Match[str]) -> str:
    key, value = match[1], match[2]
    return match[0] if _TELLING_KEY.search(key) or value in _SWITCHES else f"{key}=<val>{_trailing(value)}"


def _trailing(value: str) -> str:
    # The full stop at the end of a sentence is not part of the value.
    return value[len(value.rstrip(".:!?")) :]


def _mask_path_match(match: re.Match[str]) -> str:
    return f"{match[1]}{mask_path(match[2])}" if match[1] else "<path>"


def _mask_segment(segment: str) -> str:
    if segment.isalpha() or not segment:
        return segment
    if segment.isdecimal() and segment.isascii():
        return "<num>"
    # "v2" names a version of the interface, which is no variable.
    if (_DIGITS.search(segment) is None and "@" not in segment) or _API_VERSION.fullmatch(segment):
        return segment
    return _mask_numbers(_EMAIL.sub("<email>", _UUID.sub("<uuid>", segment)))


def _mask_word(match: re.Match[str]) -> str:
    word = match[0]
    if _HEX_WORD.fullmatch(word):
        return "<hex>"
    runs = len(_DIGITS.findall(word))
    if runs >= 3 or (runs == 2 and len(word) >= 10) or len(word) >= 20:
        return "<id>"
    return _DIGITS.sub("<num>", word)
