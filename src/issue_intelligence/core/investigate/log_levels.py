"""Reads the level of a log line: from a field's value, or from the word at the start of a text line."""

import re

from issue_intelligence.core.model.logs import LogLevel

_WORDS = {
    **dict.fromkeys(
        ("fatal", "critical", "crit", "emergency", "emerg", "alert", "panic", "f"), LogLevel.FATAL
    ),
    **dict.fromkeys(("error", "err", "severe", "eror", "e"), LogLevel.ERROR),
    **dict.fromkeys(("warning", "warn", "w"), LogLevel.WARNING),
    **dict.fromkeys(("info", "information", "informational", "notice", "log", "http", "i"), LogLevel.INFO),
    **dict.fromkeys(
        ("debug", "dbug", "trace", "verbose", "silly", "fine", "finer", "finest", "d", "v"), LogLevel.DEBUG
    ),
}
_UPPER = (
    "FATAL|CRITICAL|CRIT|EMERGENCY|EMERG|ALERT|PANIC|ERROR|ERR|SEVERE"
    "|WARNING|WARN|INFO|NOTICE|DEBUG|TRACE|VERBOSE"
)
# "Error: boom" is left alone: it is an exception's head, not a level.
# At the start: "ERROR ", "[error]", "<warn>", "error:", "ERROR:root:", "[core:error]", "| ERROR |".
# "panic:" is what Go's run-time says of a crash, and a part of the message.
_LOWER = _UPPER.lower().replace("|panic", "")
_START = re.compile(
    r"(?:[|\-] )?"
    rf"(?:[\[<(](?:\w{{1,30}}:)?(?P<bracketed>(?i:{_UPPER}|LOG))[\]>)]:?|(?P<upper>{_UPPER})(?=[\s:|\]-]|$)[:\]]?|(?P<lower>{_LOWER}):)"
    r"(?: ?[|\-](?= ))?",
    re.ASCII,
)
# Further in: behind a thread or logger name, "[main] ERROR com.shop.Cart - ..." or "shop.db - ERROR - ...".
_INSIDE = re.compile(rf"(?:^|[\s\[|])({_UPPER})(?=[\s\]|:/]|$)", re.ASCII)
_INSIDE_WITHIN = 80


def read_level_value(value: object) -> LogLevel:
    """Read a level field: a word, or a number as pino (10 to 60) and syslog (0 to 7, RFC 5424) write it."""
    if isinstance(value, bool):
        return LogLevel.UNKNOWN
    if isinstance(value, int | float):
        return _from_number(value)
    if not isinstance(value, str):
        return LogLevel.UNKNOWN
    word = value.strip().lower()
    if word.isdecimal() and len(word) <= 2:
        return _from_number(int(word))
    return _WORDS.get(word, LogLevel.UNKNOWN)


def read_level_prefix(text: str) -> tuple[LogLevel, int]:
    """Read the level word at the start and the position behind it; UNKNOWN and 0 without one."""
    match = _START.match(text)
    if match is None:
        return LogLevel.UNKNOWN, 0
    return _WORDS[(match["bracketed"] or match["upper"] or match["lower"]).lower()], match.end()


def find_level_word(text: str) -> LogLevel:
    """Find an upper-case level word near the start of the text, behind a logger's name."""
    match = _INSIDE.search(text, 0, _INSIDE_WITHIN)
    return LogLevel.UNKNOWN if match is None else _WORDS[match[1].lower()]


def _from_number(number: float) -> LogLevel:
    # NaN compares false everywhere and ends as UNKNOWN.
    if 0 <= number <= 7:
        syslog = (
            *[LogLevel.FATAL] * 3,
            LogLevel.ERROR,
            LogLevel.WARNING,
            LogLevel.INFO,
            LogLevel.INFO,
            LogLevel.DEBUG,
        )
        return syslog[int(number)]
    for limit, level in (
        (10, LogLevel.UNKNOWN),
        (30, LogLevel.DEBUG),
        (40, LogLevel.INFO),
        (50, LogLevel.WARNING),
        (60, LogLevel.ERROR),
        (70, LogLevel.FATAL),
    ):
        if number < limit:
            return level
    return LogLevel.UNKNOWN
