"""Which lines are errors, and how much an error's message says about its cause."""

import re
from functools import lru_cache

from issue_intelligence.core.investigate.http_requests import HttpRequest
from issue_intelligence.core.model.logs import LogLevel, LogLine

_CLASS = re.compile(
    r"\b(?:[A-Z]\w{0,100}(?:Error|Exception|Rejection)|(?:Syntax|Type|Key|Value)?Error(?=:)|\w{1,60}\.errors?\.[A-Z]\w{1,60})\b"
)
# errno names (ECONNREFUSED), panics, SQLSTATE and out-of-memory: words of run-times and databases.
_SIGNATURE = re.compile(
    r"\bE(?:CONN|TIMED|NOTFOUND|NOENT|PIPE|ACCES|ADDR|HOST|NET|MFILE|NOSPC|AI_)[A-Z]*\b"
    r"|^panic: |\bUn(?:caught|handled)\b"
    r"|\bout of memory\b|\bOOM|\bSegmentation fault\b|\bSQLSTATE\b|\bTraceback \(most recent call last\)"
)
_WORDS_OF_CLASSES = ("Error", "Exception", "Rejection", ".error")
_WORDS_OF_SIGNATURES = (
    *("ECONN", "ETIMED", "ENOTFOUND", "ENOENT", "EPIPE", "EACCES", "EADDR", "EHOST", "ENET", "EMFILE"),
    *("ENOSPC", "EAI_", "panic: ", "Uncaught", "Unhandled", "out of memory", "OOM", "Segmentation fault"),
    *("SQLSTATE", "Traceback (most"),
)
_ERROR_LEVELS = frozenset({LogLevel.ERROR, LogLevel.FATAL})
_DETAIL_KEYS = ("err.message", "error.message", "exception.message", "err", "error", "exception")


def is_error(line: LogLine, request: HttpRequest | None) -> bool:
    """Say whether the line is an error: by its level, and without one by what it says."""
    if line.level is not LogLevel.UNKNOWN:
        return line.level in _ERROR_LEVELS
    if request is not None:
        return request.status >= 500
    return has_signature(full_message(line))


def has_signature(message: str) -> bool:
    """Say whether the message names an exception class, an errno or the like: it speaks of the cause."""
    return _has_signature(message[:2000])


@lru_cache(maxsize=4096)
def _has_signature(head: str) -> bool:
    # Looking for plain words first costs a tenth of the patterns, and most lines have none.
    if _has_one(head, _WORDS_OF_CLASSES) and _CLASS.search(head):
        return True
    return _has_one(head, _WORDS_OF_SIGNATURES) and _SIGNATURE.search(head) is not None


def _has_one(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110  (a generator takes twice as long)
        if word in text:
            return True
    return False


def full_message(line: LogLine) -> str:
    """Join the message with what its error object says: "request failed: connect ECONNREFUSED"."""
    if not line.fields:
        return line.message.strip()
    detail = next((line.fields[key] for key in _DETAIL_KEYS if line.fields.get(key)), "").split("\n", 1)[0]
    message = line.message.strip()
    if not detail or detail in message or detail in {"true", "false"}:
        return message
    return f"{message}: {detail}" if message else detail
