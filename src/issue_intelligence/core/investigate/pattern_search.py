"""Searches many patterns in a text at once with RE2, in time linear in the text whatever the patterns are."""

from collections.abc import Iterator, Sequence

import re2

from issue_intelligence.core.investigate.pattern_check import search_options

# RE2's filter runs out of memory with many more, and then finds nothing without saying so.
_CHUNK_PATTERNS = 1_000
# A set is one automaton of all its patterns.
_SET_PATTERNS = 250
_SET_BYTES = 64 * 1024 * 1024
# Stands in every set: one that does not find it has too little memory, and would find nothing else either.
_PROBE = b"\x01probe\x01"


class PatternSearch:
    """Patterns compiled once, to be searched in many texts; each must be one that RE2 takes.

    RE2's filter looks for the words that a pattern must contain and tries only patterns whose words are
    there. Patterns without such words, which it would try on every text, are searched as sets; a set that
    needs more than `set_bytes` is searched in parts.
    """

    def __init__(self, patterns: Sequence[str], *, set_bytes: int = _SET_BYTES) -> None:
        self._set_bytes = set_bytes
        self._filters: list[tuple[re2.Filter, Sequence[int]]] = []
        self._sets: list[tuple[re2.Set, Sequence[int]]] = []
        self._single: list[tuple[re2._Regexp[str], int]] = []
        wordless: list[int] = []
        for numbers in _chunks(range(len(patterns)), _CHUNK_PATTERNS):
            always = set(_filter(patterns, numbers).Match(_PROBE, potential=True) or ())
            wordless += (number for at, number in enumerate(numbers) if at in always)
            others = [number for at, number in enumerate(numbers) if at not in always]
            if others:
                self._filters.append((_filter(patterns, others), others))
        for numbers in _chunks(wordless, _SET_PATTERNS):
            self._add_set(patterns, numbers)

    def matching(self, text: str) -> list[int]:
        """List the positions of the patterns that match anywhere in the text, ascending."""
        # Logs may hold halves of surrogate pairs, which cannot be encoded as they are.
        encoded = text.encode("utf-8", "replace")
        found = [
            numbers[at]
            for searched, numbers in (*self._filters, *self._sets)
            for at in searched.Match(encoded) or ()
            if at < len(numbers)
        ]
        found += (number for pattern, number in self._single if pattern.search(encoded.decode()))
        return sorted(found)

    def _add_set(self, patterns: Sequence[str], numbers: Sequence[int]) -> None:
        """Add the patterns as one set, or as several where one would need too much memory."""
        options = search_options()
        options.max_mem = self._set_bytes
        together = re2.Set.SearchSet(options)
        for number in numbers:
            together.Add(patterns[number])
        together.Add(_PROBE.decode())
        if _works(together, probe=len(numbers)):
            self._sets.append((together, numbers))
        elif len(numbers) == 1:
            self._single.append((re2.compile(patterns[numbers[0]], search_options()), numbers[0]))
        else:
            middle = len(numbers) // 2
            self._add_set(patterns, numbers[:middle])
            self._add_set(patterns, numbers[middle:])


def _works(together: re2.Set, *, probe: int) -> bool:
    try:
        together.Compile()
    except re2.error:
        return False
    return probe in (together.Match(_PROBE) or ())


def _filter(patterns: Sequence[str], numbers: Sequence[int]) -> re2.Filter:
    filter_ = re2.Filter()
    options = search_options()
    for number in numbers:
        filter_.Add(patterns[number], options)
    filter_.Compile()
    return filter_


def _chunks(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
