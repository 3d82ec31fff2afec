"""Levels are read from the words and numbers that loggers write."""

import pytest

from issue_intelligence.core.investigate.log_levels import read_level_prefix, read_level_value
from issue_intelligence.core.model.logs import LogLevel


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ERROR", LogLevel.ERROR),
        ("err", LogLevel.ERROR),
        ("Critical", LogLevel.FATAL),
        ("notice", LogLevel.INFO),
        ("silly", LogLevel.DEBUG),
        # pino: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
        (10, LogLevel.DEBUG),
        (30, LogLevel.INFO),
        ("40", LogLevel.WARNING),
        (50, LogLevel.ERROR),
        (60, LogLevel.FATAL),
        # syslog: 0 emergency to 7 debug.
        (0, LogLevel.FATAL),
        (3, LogLevel.ERROR),
        (7, LogLevel.DEBUG),
        # Nothing known.
        ("loud", LogLevel.UNKNOWN),
        (True, LogLevel.UNKNOWN),
        (None, LogLevel.UNKNOWN),
        (float("nan"), LogLevel.UNKNOWN),
        (10**300, LogLevel.UNKNOWN),
    ],
)
def test_field_values(value: object, expected: LogLevel) -> None:
    assert read_level_value(value) is expected


@pytest.mark.parametrize(
    ("text", "level", "rest"),
    [
        ("ERROR boom", LogLevel.ERROR, " boom"),
        ("[warn] slow", LogLevel.WARNING, " slow"),
        ("[core:error] x", LogLevel.ERROR, " x"),
        ("error: boom", LogLevel.ERROR, " boom"),
        # Prose and exception heads are not levels.
        ("Error: boom", LogLevel.UNKNOWN, "Error: boom"),
        ("error in line 3", LogLevel.UNKNOWN, "error in line 3"),
        ("INFORMATION desk", LogLevel.UNKNOWN, "INFORMATION desk"),
    ],
)
def test_prefixes(text: str, level: LogLevel, rest: str) -> None:
    found, end = read_level_prefix(text)
    assert (found, text[end:]) == (level, rest)
