"""Redacts every string within a value of the model, however deep."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, TypeVar

from issue_intelligence.core.redact.numbering import Numbering
from issue_intelligence.core.redact.redaction import Finding, find_sensitive, replace_findings

T = TypeVar("T")

# How mappings write a pair: by the keys of its name, and of its value.
_NAME_KEYS = ("key", "name", "field", "header", "variable", "param", "Key", "Name")
_VALUE_KEYS = frozenset({"value", "val", "Value"})
_MAX_PAIR_ENTRIES = 8
# Ids and fingerprints of ours, which nothing finds again once they are replaced. Cards have no letters.
_OUR_HASH = re.compile(r"(?=[0-9]*[a-f])(?:[0-9a-f]{16}|[0-9a-f]{32})")
# One character for one, so that offsets stay.
_PLAIN = str.maketrans({'"': "_", "'": "_", "`": "_", "\\": "_", "\n": " ", "\r": " "})


def redact_tree(value: T, numbering: Numbering | None = None, *, quotes_document: bool = False) -> T:
    """Redact all strings within dataclasses, mappings, lists, tuples and sets, keys included.

    What holds nothing sensitive comes back as the same object. Enums, numbers and times stay as they
    are, and so do fields that a dataclass computes itself (`init=False`). A mapping that changed comes
    back as a dict; keys that become equal by redaction keep the last value. The tree is a document by
    itself, or a part of the one that `numbering` numbers;
    `quotes_document` when it was made from other parts, and placeholders in it mean what they mean there.
    """
    numbering = numbering or Numbering()
    take_numbers(value, numbering)
    redacted: T = _Tree(numbering, quotes_document).redact(value)
    return redacted


def take_numbers(value: object, numbering: Numbering) -> None:
    """Keep the numbers of the placeholders in a stored value from being given to another."""
    numbering.take(_strings(value))


def _strings(value: Any) -> Iterator[str]:
    """Give the strings in which placeholders may stand already."""
    if isinstance(value, str):
        if "REDACTED" in value or not value.isascii():
            yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _strings(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _strings(key)
            yield from _strings(entry)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _strings(item)


@dataclasses.dataclass(frozen=True, slots=True)
class _Tree:
    numbering: Numbering
    quotes_document: bool

    def redact(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return value
        if isinstance(value, str):
            return self._text(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._dataclass(value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, list | tuple | set | frozenset):
            return self._collection(value)
        return value

    def _text(self, text: str, known: tuple[Finding, ...] = ()) -> str:
        if not known and _OUR_HASH.fullmatch(text):
            return text
        findings = find_sensitive(text, known=known)
        after = replace_findings(text, findings, self.numbering, quotes_document=self.quotes_document)
        return text if after == text else after

    def _dataclass(self, value: Any) -> Any:
        changes: dict[str, Any] = {}
        for field in dataclasses.fields(value):
            if field.init:
                before = getattr(value, field.name)
                after = self.redact(before)
                if after is not before:
                    changes[field.name] = after
        return dataclasses.replace(value, **changes) if changes else value

    def _mapping(self, value: Mapping[Any, Any]) -> Any:
        telling = _pair_name(value)
        pairs = [
            (self.redact(key), self._entry(telling if key in _VALUE_KEYS and telling else key, entry))
            for key, entry in value.items()
        ]
        unchanged = all(
            new_key is key and new_entry is entry
            for (new_key, new_entry), (key, entry) in zip(pairs, value.items(), strict=True)
        )
        return value if unchanged else dict(pairs)

    def _entry(self, key: Any, entry: Any) -> Any:
        """Redact a value beside its key: {"password": "hunter2"} is telling only as a pair."""
        if isinstance(entry, list | tuple) and all(type(item) is str for item in entry):
            # As headers that came more than once are kept.
            return _unless_equal(value=entry, items=[self._entry(key, item) for item in entry])
        if not isinstance(key, str) or not isinstance(entry, str) or isinstance(entry, Enum):
            return self.redact(entry)
        # As the pair would stand in JSON on one line, so that the same rules speak.
        head = f'"{key.translate(_PLAIN)}": "'
        beside_key = tuple(
            Finding(found.kind, found.start - len(head), found.end - len(head))
            for found in find_sensitive(head + entry.translate(_PLAIN))
            if found.start >= len(head)
        )
        return self._text(entry, beside_key)

    def _collection(self, value: Any) -> Any:
        if isinstance(value, list | tuple) and len(value) == 2 and all(type(item) is str for item in value):
            # ["password", "hunter2"], as headers and environments are listed.
            items = [self.redact(value[0]), self._entry(value[0], value[1])]
        else:
            items = [self.redact(item) for item in value]
        return _unless_equal(value, items)


def _unless_equal(value: Any, items: list[Any]) -> Any:
    if all(new is old for new, old in zip(items, value, strict=True)):
        return value
    # A named tuple takes its fields one by one.
    return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)


def _pair_name(value: Mapping[Any, Any]) -> str | None:
    """Give the name of a {"key": "password", "value": "…"}; None for other mappings."""
    if len(value) > _MAX_PAIR_ENTRIES or not _VALUE_KEYS & value.keys():
        return None
    names = (value[key] for key in _NAME_KEYS if isinstance(value.get(key), str))
    return next(names, None)
