"""The head of an issue's file: a few lines a person may read and change.

Only the plain part of YAML that we write is read: `key: value`, a quoted value, a list in brackets.
Lines that we do not know are kept as they are.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_FENCE = "---"
_ENTRY = re.compile(r"([A-Za-z][A-Za-z0-9_ -]{0,60}):(?: |$)(.*)")


class FrontMatterError(ValueError):
    """The head cannot be read; the message says which line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The lines between the two `---`, and the text after them."""

    lines: tuple[str, ...]
    body: str

    def value(self, key: str) -> str:
        """Give a value without its quotes; "" when the key is absent or empty."""
        for line in self.lines:
            entry = _ENTRY.match(line)
            if entry and _same(entry.group(1), key):
                return _unquoted(entry.group(2).strip())
        return ""

    def changed(self, values: Mapping[str, str]) -> "FrontMatter":
        """Set values, in place where the key exists; all other lines stay as a person left them."""
        rest = dict(values)
        lines: list[str] = []
        for line in self.lines:
            entry = _ENTRY.match(line)
            key = next((key for key in rest if entry and _same(entry.group(1), key)), None)
            lines.append(line if key is None else _entry(key, rest.pop(key)))
        lines += [_entry(key, value) for key, value in rest.items()]
        return FrontMatter(lines=tuple(lines), body=self.body)

    def with_body(self, body: str) -> "FrontMatter":
        return FrontMatter(lines=self.lines, body=body)

    def text(self) -> str:
        return "\n".join((_FENCE, *self.lines, _FENCE, self.body))


def parse_front_matter(text: str) -> FrontMatter:
    """Split a file's text into head and body. Raises FrontMatterError."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise FrontMatterError("line 1 is not ---")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return FrontMatter(lines=tuple(lines[1:number]), body="\n".join(lines[number + 1 :]))
        if line.strip() and not line.startswith((" ", "#", "-")) and not _ENTRY.match(line):
            raise FrontMatterError(f"line {number + 1} is not `key: value`")
    raise FrontMatterError("the closing --- is missing")


def new_front_matter(values: Mapping[str, str | Sequence[str]], body: str) -> FrontMatter:
    lines = tuple(
        _entry(key, value)
        if isinstance(value, str)
        else f"{key}: [{', '.join(json.dumps(item, ensure_ascii=False) for item in value)}]"
        for key, value in values.items()
    )
    return FrontMatter(lines=lines, body=body)


def _same(written: str, key: str) -> bool:
    return written.strip().lower().replace("_", " ").replace("-", " ") == key


def _entry(key: str, value: str) -> str:
    # What YAML could take for something else is quoted; a time or a plain word reads better bare.
    plain = (
        re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 :._-]*", value) and ": " not in value and not value.endswith(":")
    )
    return f"{key}: {value if plain or not value else json.dumps(value, ensure_ascii=False)}".rstrip()


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        try:
            return str(json.loads(value))
        except ValueError:
            return value[1:-1]
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return value
