"""What a detector reports, and the flat form of a text that detectors read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Stands for one character outside ASCII: belongs to no word and to no list of delimiters.
_OTHER_CHARACTER = "\x7f"
_OTHER_SPACE = re.compile(r"[^\S\x00-\x7f]")
_OTHER = re.compile(r"[^\x00-\x7f]")
# Full-width forms of ASCII read as what they stand for.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HAS_FULL_WIDTH = re.compile(r"[\uff01-\uff5e]")
# Shown as nothing: a name with one of them inside reads like the name without.
INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0f\ufeff]+"
)

# Older texts hold placeholders without a number.
PLACEHOLDER = re.compile(rb"\[REDACTED:[a-z0-9_]{1,40}(?:#[1-9][0-9]{0,8})?\]")


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that holds something secret: what it is and where, never the value."""

    # "email", "password", "github_token": what stands in the placeholder.
    kind: str
    # In characters of the text that was searched; `end` is exclusive.
    start: int
    end: int


Detector = Callable[[bytes], Iterator[Finding]]


def flatten(text: str) -> bytes:
    """Give one byte a character, so that an offset means the same in both.

    RE2 works on UTF-8, where offsets differ and a lone surrogate cannot be written at all.
    No secret format needs to know which character outside ASCII it met.
    """
    if not text.isascii():
        if _HAS_FULL_WIDTH.search(text):
            text = text.translate(_FULL_WIDTH)
        text = _OTHER.sub(_OTHER_CHARACTER, _OTHER_SPACE.sub(" ", text))
    return text.encode("ascii")


def is_placeholder(value: bytes) -> bool:
    """Say whether nothing but our own placeholders is left of a value."""
    return not PLACEHOLDER.sub(b"", value).strip()
