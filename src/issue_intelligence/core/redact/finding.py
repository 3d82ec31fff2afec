"""What a detector reports, and the flat form of a text that detectors read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Stands for one character outside ASCII: belongs to no word and to no list of delimiters.
_OTHER_CHARACTER = "\x7f"
_OTHER_SPACE = re.compile(r"[^\S\x00-\x7f]")
_OTHER = re.compile(r"[^\x00-\x7f]")

PLACEHOLDER = re.compile(rb"\[REDACTED:[a-z0-9_]{1,40}\]")


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
        text = _OTHER.sub(_OTHER_CHARACTER, _OTHER_SPACE.sub(" ", text))
    return text.encode("ascii")


def is_placeholder(value: bytes) -> bool:
    """Say whether nothing but our own placeholders is left of a value."""
    return not PLACEHOLDER.sub(b"", value).strip()
