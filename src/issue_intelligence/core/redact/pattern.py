"""Compiles the patterns of the detectors with RE2, which is linear whatever it is given."""

from collections.abc import Iterator
from typing import Protocol, cast

import re2

# The union of all vendor forms needs more states than RE2's 8 MiB hold; beyond them it becomes slow.
_MAX_MEMORY_BYTES = 64 << 20


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
