"""Reads TOML tables with a rule for each key; whatever breaks one is named with its path."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

# What is told of a broken rule: the key's path and the rule.
Tell = Callable[[str, str], None]


class BrokenRuleError(ValueError):
    """A value breaks its rule; the message is the rule and what was found."""


class Table:
    """One table; each key is asked for once, and `close` tells of those that nobody asked for."""

    def __init__(self, values: Mapping[str, Any], tell: Tell, path: str = "") -> None:
        self._values = values
        self._tell = tell
        self._path = path
        self._asked: set[str] = set()

    def get(self, key: str, read: Callable[[Any], T]) -> T | None:
        """Read a key; None when it is absent, or breaks the rule, which is then told of."""
        self._asked.add(key)
        if key not in self._values:
            return None
        try:
            return read(self._values[key])
        except BrokenRuleError as error:
            self._tell(self._at(key), str(error))
            return None

    def need(self, key: str, read: Callable[[Any], T]) -> T | None:
        """Read a key that must be there; None when it is not, or breaks the rule."""
        if key not in self._values:
            self._tell(self._at(key), "is missing")
        return self.get(key, read)

    def table(self, key: str) -> "Table":
        """Give a table within; an empty one when it is absent."""
        return Table(self.get(key, mapping) or {}, self._tell, self._at(key))

    def tables(self, key: str) -> list["Table"]:
        """Give the entries of a list of tables."""
        found = self.get(key, mappings) or []
        return [Table(each, self._tell, f"{self._at(key)}[{index}]") for index, each in enumerate(found)]

    def has(self, key: str) -> bool:
        return key in self._values

    def names(self) -> list[str]:
        """List the keys, whatever they are."""
        return list(self._values)

    def close(self) -> None:
        for key in self._values:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                self._tell(self._at(key), f"unknown key; known are {known}")

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BrokenRuleError(f"must be a table, got {shown(value)}")
    return value


def mappings(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise BrokenRuleError(f"must be a list of tables, got {shown(value)}")
    return value


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BrokenRuleError(f"must be true or false, got {shown(value)}")
    return value


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise BrokenRuleError(f"must be text, got {shown(value)}")
    return value


def name(value: Any) -> str:
    if not text(value).strip():
        raise BrokenRuleError("must not be empty")
    return str(value).strip()


def whole_number(lowest: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
            raise BrokenRuleError(f"must be a whole number of at least {lowest}, got {shown(value)}")
        return value

    return read


def number(lowest: float, highest: float | None, what: str) -> Callable[[Any], float]:
    """Read a number; `what` says what it must be, for people."""

    def read(value: Any) -> float:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not fits or value < lowest or (highest is not None and value > highest):
            raise BrokenRuleError(f"must be {what}, got {shown(value)}")
        return float(value)

    return read


FRACTION = number(0, 1, "a fraction from 0 to 1")
MILLISECONDS = number(0, None, "milliseconds of at least 0")
PERCENT = number(0, 100, "a percentage from 0 to 100")
SECONDS = number(0, None, "seconds of at least 0")


def moment(value: Any) -> datetime:
    """Read a TOML date-time; one without an offset is UTC."""
    if not isinstance(value, datetime):
        raise BrokenRuleError(f"must be a date-time such as 2026-11-24T11:00:00Z, got {shown(value)}")
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError as error:
        raise BrokenRuleError("must lie within the years 1 to 9999") from error


def word(kind: type[E]) -> Callable[[Any], E]:
    def read(value: Any) -> E:
        try:
            return kind(value)
        except ValueError as error:
            words = ", ".join(f'"{each.value}"' for each in kind)
            raise BrokenRuleError(f"must be one of {words}, got {shown(value)}") from error

    return read


def any_of(read: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """Read one value, or a list of values of which any will do."""

    def read_all(value: Any) -> tuple[T, ...]:
        values = value if isinstance(value, list) else [value]
        if not values:
            raise BrokenRuleError("must hold at least one value")
        return tuple(read(each) for each in values)

    return read_all


def or_none(read: Callable[[Any], T]) -> Callable[[Any], T | None]:
    """Read a value, or "" for none."""
    return lambda value: None if value == "" else read(value)


def shown(value: Any) -> str:
    """Show a wrong value, shortened."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    told = ("true" if value else "false") if isinstance(value, bool) else repr(value)
    return told if len(told) <= 60 else f"{told[:57]}..."
