"""Whole words of a text: "author" holds no "auth", "HighMemoryUsage" holds "memory"."""

import re
from collections.abc import Iterable

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD = re.compile(r"[^a-z0-9]+")


def words_of(*texts: str) -> str:
    """Give the words in lower case, each between single spaces, as `contains_any` wants them."""
    split = _CAMEL.sub(" ", " ".join(texts)).lower()
    # Camel case may hide a word that is written whole elsewhere, so both forms are kept.
    whole = " ".join(texts).lower()
    return f" {_NO_WORD.sub(' ', split).strip()} | {_NO_WORD.sub(' ', whole).strip()} "


def first_of(words: str, phrases: Iterable[str]) -> str | None:
    """Give the first phrase that stands in the words as a whole."""
    return next((phrase for phrase in phrases if f" {phrase} " in words), None)


def contains_any(words: str, phrases: Iterable[str]) -> bool:
    return first_of(words, phrases) is not None
