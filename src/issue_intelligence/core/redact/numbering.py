"""Numbers the values of one document, so that a reader sees which places held the same one."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from threading import Lock

from issue_intelligence.core.redact.finding import INVISIBLE

# As PLACEHOLDER, in text, and with its parts.
_NUMBERED = re.compile(r"\[REDACTED:([a-z0-9_]{1,40})#([1-9][0-9]{0,8})\]")
_NOT_A_DIGIT = re.compile(r"[^0-9A-Za-z]")
# The same number is written with and without spaces.
_NUMBER_KINDS = frozenset({"card", "iban", "phone", "national_id"})


class Numbering:
    """Gives every value of a document its placeholder: the first e-mail address `[REDACTED:email#1]`.

    A document is whatever a reader reads as one: a text, an inbound event, the evidence of an incident.
    Values are remembered as keyed hashes only. May be used by several threads.
    """

    def __init__(self, key: bytes = b"") -> None:
        """`key` keeps what is remembered from being guessed; at most 64 bytes."""
        self._key = key
        self._lock = Lock()
        self._numbers: dict[tuple[str, bytes], int] = {}
        # By kind: the last number that was tried, those given to values, those that came with the text.
        self._last: dict[str, int] = {}
        self._given: set[tuple[str, int]] = set()
        self._taken: set[tuple[str, int]] = set()

    def take(self, texts: Iterable[str]) -> None:
        """Keep the numbers of placeholders that stand in these texts already for those placeholders."""
        for text in texts:
            for kind, digits in _NUMBERED.findall(_visible(text)):
                number = (kind, int(digits))
                with self._lock:
                    if number not in self._given:
                        self._taken.add(number)

    def placeholder(self, kind: str, value: str) -> str:
        """Give the placeholder of a value; the same one for the same value of that kind."""
        key = (kind, self._digest(kind, value))
        with self._lock:
            number = self._numbers.get(key)
            if number is None:
                number = self._numbers[key] = self._next(kind)
        return f"[REDACTED:{kind}#{number}]"

    def keep_apart(self, text: str) -> str:
        """Give placeholders that somebody typed, or another document left, numbers of their own.

        Only those are changed whose number this document has given to a value: two lines with one
        placeholder must speak of one value.
        """
        visible = _visible(text)
        apart = _NUMBERED.sub(self._apart, visible)
        return text if apart == visible else apart

    def _apart(self, match: re.Match[str]) -> str:
        kind, number = match[1], int(match[2])
        with self._lock:
            is_ours = (kind, number) in self._given
        return self.placeholder(kind, match[0]) if is_ours else match[0]

    def _next(self, kind: str) -> int:
        number = self._last.get(kind, 0) + 1
        while (kind, number) in self._taken:
            number += 1
        self._last[kind] = number
        self._given.add((kind, number))
        return number

    def _digest(self, kind: str, value: str) -> bytes:
        value = INVISIBLE.sub("", value)
        if kind in _NUMBER_KINDS:
            value = _NOT_A_DIGIT.sub("", value).upper()
        elif kind == "email":
            value = value.lower().replace("%40", "@").replace("\\u0040", "@")
        return blake2b(value.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()


def _visible(text: str) -> str:
    return text if text.isascii() else INVISIBLE.sub("", text)
