"""Compiles the patterns of the detectors with RE2, which is linear whatever it is given."""

from collections.abc import Iterator
from typing import Protocol, cast

import re2

# The union of all vendor forms needs more states than RE2's 8 MiB hold; beyond them it becomes slow.
_MAX_MEMORY_BYTES = 64 << 20

# A form in the middle of a longer word is a coincidence: "task-..." holds "sk-...". An escaped sign
# ends in a letter or digit and is none of a word: "\n", "%3D", "\u0020", "\x20". So does a colour.
BEFORE = r"(?:^|[^A-Za-z0-9]|\\[nrtbfv]|(?:%|\\x|\\u00)[0-9A-Fa-f]{2}|\x1b\[[0-9;]{0,16}m)"


class Match(Protocol):
    @property
    def lastindex(self) -> int: ...

    def start(self, group: int = 0) -> int: ...

    def end(self, group: int = 0) -> int: ...

    def group(self, group: int = 0) -> bytes | None: ...


class Pattern(Protocol):
    def finditer(self, text: bytes) -> Iterator[Match]: ...

    def search(self, text: bytes, pos: int | None = None) -> Match | None: ...

    def match(self, text: bytes, pos: int | None = None) -> Match | None: ...

    def fullmatch(self, text: bytes) -> Match | None: ...


def compile_pattern(pattern: str) -> Pattern:
    """Compile an ASCII pattern for flattened text."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY_BYTES
    return cast(Pattern, re2.compile(pattern.encode("ascii"), options=options))
