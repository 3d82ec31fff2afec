"""Finds values whose name stands in a field of its own: {"key": "password", "value": "…"} and its like."""

from collections.abc import Iterator

from issue_intelligence.core.redact.assignments import NAME, NAME_GROUPS, kind_of
from issue_intelligence.core.redact.finding import Finding, is_placeholder
from issue_intelligence.core.redact.pattern import compile_pattern
from issue_intelligence.core.redact.values import is_blank

_QUOTE = r"""(?:\\*["'])"""
_NAME_FIELD = (
    rf"{_QUOTE}?\b(?:key|name|field|header|param(?:eter)?|variable|var|property|id|type"
    rf"|option){_QUOTE}?\s{{0,3}}[:=]\s{{0,3}}"
)
_VALUE_FIELD = rf"{_QUOTE}?\b(?:value|val|content|default){_QUOTE}?\s{{0,3}}[:=]\s{{0,3}}"
_VALUE = r"""(?:\\*["']([^"'\\\r\n]*)|([^\s"'\\,}<>]+))"""
# At most two other fields stand between, and none of another object.
_BETWEEN = (
    rf"""[\s,;]{{1,40}}(?:{_QUOTE}?\w{{1,32}}{_QUOTE}?\s?[:=]\s?{_QUOTE}?"""
    rf"""[^"',{{}}<>\r\n]{{0,64}}{_QUOTE}?[\s,;]{{1,40}}){{0,2}}"""
)
_NAME_FIRST = compile_pattern(rf"(?i){_NAME_FIELD}{_QUOTE}?{NAME}{_QUOTE}?{_BETWEEN}{_VALUE_FIELD}{_VALUE}")
_VALUE_FIRST = compile_pattern(
    rf"(?i){_VALUE_FIELD}{_VALUE}{_QUOTE}?[\s,;]{{1,40}}{_NAME_FIELD}{_QUOTE}?{NAME}{_QUOTE}?(?:[\s,;}}/>]|$)"
)
# <property name="password">…</property>
_ELEMENT = compile_pattern(
    rf"(?i)<[^<>]{{1,80}}\b(?:name|key)\s?=\s?{_QUOTE}{NAME}{_QUOTE}[^<>]{{0,80}}>()([^<>\r\n]+)</"
)
# A field of multipart/form-data, its line ends escaped or not.
_FORM = compile_pattern(rf"(?i)\bname=\\*\"{NAME}\\*\"(?:\r?\n|(?:\\+r)?\\+n){{2}}()([^\r\n\\]+)")
# password: |
#   …
_BLOCK = compile_pattern(
    rf"(?i)(?:^|[^A-Za-z0-9_.\-]){NAME}[\"']?:[ \t]{{1,3}}[|>][+\-]?[ \t]{{0,3}}\r?\n"
    rf"[ \t]{{1,16}}()([^\s][^\r\n]*)"
)


def find_pairs(data: bytes) -> Iterator[Finding]:
    for pattern in (_NAME_FIRST, _ELEMENT, _FORM, _BLOCK):
        for match in pattern.finditer(data):
            group = NAME_GROUPS + (2 if match.start(NAME_GROUPS + 2) >= 0 else 1)
            yield from _found(kind_of(match), match.group(group), match.start(group))
    for match in _VALUE_FIRST.finditer(data):
        group = 2 if match.start(2) >= 0 else 1
        yield from _found(kind_of(match, first_group=3), match.group(group), match.start(group))


def _found(kind: str, value: bytes | None, start: int) -> Iterator[Finding]:
    if value and not is_blank(value) and not is_placeholder(value):
        yield Finding(kind, start, start + len(value))
