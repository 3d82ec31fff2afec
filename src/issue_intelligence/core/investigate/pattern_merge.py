"""Merges patterns that differ only in words which vary, within one investigation and for display only.

A masked line keeps plain words, since nothing tells from one line alone that "alice" is a variable. Beside
its neighbours it shows: they are equal but for that one place. Fingerprints never depend on this.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

ANY = "<*>"
# So many different words at one place are values, whatever they look like.
_MANY = 6
# A variable at each of several places is found by as many passes.
_PASSES = 3
_MAX_TOKENS = 80
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*[.,:;!?)\]]*", re.ASCII)
# A switch or a state tells events apart: "enabled:false", "RUNNING", "FAIL_CONTAINER_CLEANUP".
_STATE = re.compile(r".*(?:\b(?:true|false|null|none|yes|no|on|off)|\b[A-Z][A-Z_]{2,63})[.,;)\]}]*", re.ASCII)
_KEY = re.compile(r"[\w.-]{1,64}[=:](?=.)", re.ASCII)

Tokens = tuple[str, ...]


def merge_patterns(patterns: Iterable[str]) -> dict[str, str]:
    """Give for each masked line the pattern it is shown under: itself, or one with <*>."""
    shown: dict[str, Tokens] = {pattern: tuple(pattern.split(" ")) for pattern in patterns}
    for _ in range(_PASSES):
        merged = _pass({tokens for tokens in shown.values() if len(tokens) <= _MAX_TOKENS})
        if not merged:
            break
        shown = {pattern: merged.get(tokens, tokens) for pattern, tokens in shown.items()}
    return {pattern: " ".join(tokens) for pattern, tokens in shown.items()}


def _pass(patterns: set[Tokens]) -> Mapping[Tokens, Tokens]:
    """Find the places at which patterns differ alone, and give each of them its merged form."""
    alike: dict[tuple[int, int, int, int], list[Tokens]] = defaultdict(list)
    for number, (members, from_place, until_place) in enumerate(_with_a_half_in_common(patterns)):
        for tokens in members:
            for place, before, behind in _places(tokens, from_place, until_place):
                alike[number, place, before, behind].append(tokens)
    several = [(place, sorted(members)) for (_, place, _, _), members in alike.items() if len(members) > 1]
    merged: dict[Tokens, Tokens] = {}
    # The places with the most values first; the rest of the order only has to be the same each time.
    for place, members in sorted(several, key=lambda each: (-len(each[1]), each)):
        first = members[0]
        if len(first) > 1 and _are_values({tokens[place] for tokens in members}, leading=place == 0):
            whole = (*first[:place], ANY, *first[place + 1 :])
            for tokens in members:
                merged.setdefault(tokens, whole)
    return merged


def _with_a_half_in_common(patterns: set[Tokens]) -> Iterator[tuple[list[Tokens], int, int]]:
    """Give those that have their first or second half in common, and the span of places of the other.

    Patterns that differ at one place alone have one half in common; most patterns have none with any other.
    """
    # Numbers first: most halves come once, and a list for each of them takes most of the time.
    marks = [
        (hash((len(tokens), tokens[: len(tokens) // 2])), hash((tokens[len(tokens) // 2 :], len(tokens))))
        for tokens in patterns
    ]
    seen = Counter(chain.from_iterable(marks))
    halves: dict[tuple[int, bool, Tokens], list[Tokens]] = defaultdict(list)
    for tokens, (first, second) in zip(patterns, marks, strict=True):
        middle = len(tokens) // 2
        if seen[first] > 1:
            halves[len(tokens), False, tokens[:middle]].append(tokens)
        if seen[second] > 1:
            halves[len(tokens), True, tokens[middle:]].append(tokens)
    for (length, is_second, _), members in halves.items():
        if len(members) > 1:
            yield (members, 0, length // 2) if is_second else (members, length // 2, length)


def _places(tokens: Tokens, from_place: int, until_place: int) -> Iterator[tuple[int, int, int]]:
    """Name each place by hashes of what stands before and behind it; comparing texts takes too long."""
    behind = [0]
    for place in range(until_place - 1, from_place, -1):
        behind.append(hash((behind[-1], tokens[place])))
    before = 0
    for place in range(from_place, until_place):
        yield place, before, behind[until_place - place - 1]
        before = hash((before, tokens[place]))


def _are_values(words: set[str], *, leading: bool) -> bool:
    """Tell whether words at one place are a variable's values; the first word of a line names what speaks."""
    if ANY in words:
        return True
    if any(_STATE.fullmatch(word) for word in words):
        return False
    if any(_WORD.fullmatch(word) for word in words):
        return len(words) >= _MANY and not leading
    return len({match[0] if (match := _KEY.match(word)) else "" for word in words}) == 1
