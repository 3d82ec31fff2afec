"""Redacts every string within a value of the model, however deep."""

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

from issue_intelligence.core.redact.redaction import Finding, find_sensitive, redact, replace_findings

T = TypeVar("T")

# One character for one, so that offsets stay.
_PLAIN = str.maketrans({'"': "_", "'": "_", "`": "_", "\\": "_", "\n": " ", "\r": " "})


def redact_tree(value: T) -> T:
    """Redact all strings within dataclasses, mappings, lists, tuples and sets, keys included.

    What holds nothing sensitive comes back as the same object. Enums, numbers and times stay as they
    are, and so do fields that a dataclass computes itself (`init=False`). A mapping that changed comes
    back as a dict; keys that become equal by redaction keep the last value.
    """
    redacted: T = _redact(value)
    return redacted


def _redact(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return redact(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _redact_dataclass(value)
    if isinstance(value, Mapping):
        return _redact_mapping(value)
    if isinstance(value, list | tuple | set | frozenset):
        return _redact_collection(value)
    return value


def _redact_dataclass(value: Any) -> Any:
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(value):
        if field.init:
            before = getattr(value, field.name)
            after = _redact(before)
            if after is not before:
                changes[field.name] = after
    return dataclasses.replace(value, **changes) if changes else value


def _redact_mapping(value: Mapping[Any, Any]) -> Any:
    pairs = [(_redact(key), _redact_entry(key, entry)) for key, entry in value.items()]
    unchanged = all(
        new_key is key and new_entry is entry
        for (new_key, new_entry), (key, entry) in zip(pairs, value.items(), strict=True)
    )
    return value if unchanged else dict(pairs)


def _redact_entry(key: Any, entry: Any) -> Any:
    """Redact a value beside its key: {"password": "hunter2"} is telling only as a pair."""
    if not isinstance(key, str) or not isinstance(entry, str) or isinstance(entry, Enum):
        return _redact(entry)
    # As the pair would stand in JSON on one line, so that the same rules speak.
    head = f'"{key.translate(_PLAIN)}": "'
    beside_key = (
        Finding(found.kind, found.start - len(head), found.end - len(head))
        for found in find_sensitive(head + entry.translate(_PLAIN))
        if found.start >= len(head)
    )
    after = redact(replace_findings(entry, beside_key))
    return entry if after == entry else after


def _redact_collection(value: Any) -> Any:
    items = [_redact(item) for item in value]
    if all(new is old for new, old in zip(items, value, strict=True)):
        return value
    # A named tuple takes its fields one by one.
    return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
