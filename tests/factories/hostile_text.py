"""Makes, for any regular expression, the texts that cost it most: what it repeats, without an end."""

import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

# The standard library's own reader of patterns; it has no public name.
_parser = importlib.import_module("re._parser")
_constants = importlib.import_module("re._constants")
# An operator and its argument, whose form depends on the operator.
Node = tuple[Any, Any]
Tree = Sequence[Node]

# Which sign of a class is taken first: a pattern may be slow for one and not for another.
_TASTES = ("a0A_-. /:", "0a.:-, ", "A-_./a ", "._-/\\ a0", " \t0aA", "\\':\"=a", "Ee f1:.-")
_LONG = 8
# What ends no repetition well: no pattern asks for it.
_NO_END = "\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedPattern:
    # "module.NAME", from the package on.
    name: str
    pattern: re.Pattern[str]
    # The code looks for it anywhere in a text; else it is tried at one place.
    is_searched: bool

    def use(self, text: str) -> object:
        return self.pattern.search(text) if self.is_searched else self.pattern.match(text)

    def seconds(self, text: str, *, limit: float) -> float:
        """Give the processor time of one use; it is given up soon after `limit`, which then comes back.

        With the limit the clock goes in steps of milliseconds.
        """
        before = signal.signal(signal.SIGVTALRM, _give_up)
        begun_at = time.process_time()
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, limit)
            self.use(text)
        except _TooSlowError:
            return limit
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
        return min(limit, time.process_time() - begun_at)


class _TooSlowError(Exception):
    pass


def _give_up(*_signal: object) -> None:
    raise _TooSlowError


def patterns_in(package: ModuleType) -> Sequence[UsedPattern]:
    """List every pattern of text that stands in a module of the package, each once."""
    found: dict[re.Pattern[str], UsedPattern] = {}
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        short = info.name.removeprefix(f"{package.__name__}.")
        for name, value in vars(module).items():
            for at, pattern in _patterns_of(value):
                is_searched = bool(at) or any(f"{name}.{use}(" in source for use in _SEARCHES)
                if is_searched or pattern not in found:
                    found[pattern] = UsedPattern(
                        name=f"{short}.{name}{at}", pattern=pattern, is_searched=is_searched
                    )
    return list(found.values())


_SEARCHES = ("search", "finditer", "findall", "sub", "split")


def hostile_units(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Give what stands before and what is to be repeated, for each long repetition of the pattern."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    units: dict[tuple[str, str], None] = {}
    for taste in _TASTES:
        for before, unit in _repetitions(tree, "", taste):
            if unit:
                units[before, unit] = None
                units["", unit] = None
        if whole := _example(tree, taste):
            units["", whole] = None
    yield from units


def hostile_text(before: str, unit: str, chars: int) -> str:
    return before + unit * max(1, (chars - len(before)) // len(unit)) + _NO_END


def _patterns_of(value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield "", value
    elif isinstance(value, list | tuple | set | frozenset):
        for at, each in enumerate(value):
            yield from ((f"[{at}]{rest}", found) for rest, found in _patterns_of(each))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from ((f"[{key}]{rest}", found) for rest, found in _patterns_of(each))


def _repetitions(tree: Tree, before: str, taste: str) -> Iterator[tuple[str, str]]:
    for node in tree:
        for inner in _inner(node):
            yield from _repetitions(inner, before, taste)
        if _is_repeat(node):
            _, most, body = node[1]
            if int(most) >= _LONG:
                yield before, _example(body, taste)
        before += _example([node], taste)


def _inner(node: Node) -> Sequence[Tree]:
    operator, argument = node
    if _is_repeat(node):
        return [argument[2]]
    if operator is _constants.SUBPATTERN:
        return [argument[3]]
    if operator is _constants.BRANCH:
        return list(argument[1])
    return [argument] if operator is _constants.ATOMIC_GROUP else []


def _is_repeat(node: Node) -> bool:
    return node[0] in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)


def _example(tree: Tree, taste: str) -> str:
    """Give a short text that the tree matches, as far as look-arounds allow."""
    return "".join(_piece(node, taste) for node in tree)


def _piece(node: Node, taste: str) -> str:
    operator, argument = node
    if operator is _constants.LITERAL:
        return chr(argument)
    if operator is _constants.NOT_LITERAL:
        return next(sign for sign in taste if ord(sign) != argument)
    if operator is _constants.ANY:
        return taste[0]
    if operator is _constants.IN:
        return next((sign for sign in (*taste, *map(chr, range(0x250))) if _is_in(sign, argument)), "")
    if _is_repeat(node):
        return _example(argument[2], taste) * max(1, int(argument[0]))
    inner = _inner(node)
    return _example(inner[0], taste) if inner else ""


def _is_in(sign: str, members: Tree) -> bool:
    is_negated = any(kind is _constants.NEGATE for kind, _ in members)
    held = False
    for kind, value in members:
        if kind is _constants.LITERAL:
            held |= ord(sign) == value
        elif kind is _constants.RANGE:
            held |= value[0] <= ord(sign) <= value[1]
        elif kind is _constants.CATEGORY:
            held |= re.match(_CATEGORIES[str(value)], sign) is not None
    return held is not is_negated


_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
