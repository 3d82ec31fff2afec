"""Reads the fields of structured lines: one JSON object a line, or logfmt."""

import json
import re
from collections.abc import Mapping

# Loki refuses longer lines by default; beyond it the line is read as plain text.
_MAX_JSON_CHARS = 256 * 1024
_MAX_FIELDS = 200
_MAX_DEPTH = 8
# A pair at the start of the line; its key starts with a letter, its value is quoted or has no space.
_PAIR = re.compile(
    r'([A-Za-z_@][\w.@-]{0,63})=(?:"((?:[^"\\]|\\.){0,16384})"|([^\s"]{0,4096}))(?:\s{1,8}|$)',
    re.ASCII | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


def read_json_object(text: str) -> Mapping[str, object] | None:
    """Read a JSON object into a flat mapping of dotted names to scalars, lists as text; None if none."""
    if not (text.startswith("{") and text.endswith("}")) or len(text) > _MAX_JSON_CHARS:
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    flat: dict[str, object] = {}
    _flatten(document, "", flat, depth=0)
    return flat


def read_logfmt(text: str) -> Mapping[str, object] | None:
    """Read `key=value` pairs; None unless at least two pairs make up the whole line."""
    fields: dict[str, object] = {}
    position = 0
    while position < len(text):
        match = _PAIR.match(text, position)
        if match is None or len(fields) >= _MAX_FIELDS:
            return None
        quoted = match[2]
        fields[match[1]] = match[3] if quoted is None else _unescape(quoted)
        position = match.end()
    return fields if len(fields) >= 2 else None


def _flatten(document: Mapping[str, object], prefix: str, flat: dict[str, object], *, depth: int) -> None:
    for name, value in document.items():
        if len(flat) >= _MAX_FIELDS:
            return
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            if depth < _MAX_DEPTH:
                _flatten(value, f"{key}.", flat, depth=depth + 1)
        elif isinstance(value, list):
            flat[key] = _list_text(value)
        else:
            flat[key] = value


def _list_text(values: list[object]) -> str:
    # A stack trace is sometimes a list of its lines.
    if values and all(isinstance(value, str) for value in values):
        return "\n".join(str(value) for value in values)
    try:
        return json.dumps(values, ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text)
