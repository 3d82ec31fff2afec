"""Finds tokens that are recognised by the form their vendor gave them, wherever they stand."""

import re
from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding
from issue_intelligence.core.redact.pattern import BEFORE, compile_pattern
from issue_intelligence.core.redact.vendor_forms import FORM_GROUPS, MARKED_FORMS

_COUNT = re.compile(r"\{([0-9]+)(?:,[0-9]*)?\}")


def _loosely(form: str) -> str:
    """Give a form that does not count.

    Every count multiplies the states that RE2 builds for a text it has not met: with all forms as they are
    a new token costs milliseconds.
    """
    return _COUNT.sub("+", form)


_FORMS = tuple(form for group in FORM_GROUPS for form in group)
LOOSE_FORM = BEFORE + "(?:" + "|".join(_loosely(form) for _, form in _FORMS) + ")"
_LOOSE = compile_pattern(BEFORE + "(" + "|".join(_loosely(form) for _, form in _FORMS) + ")")
_GROUPS = tuple(compile_pattern("|".join(form for _, form in group)) for group in FORM_GROUPS)
_EACH = tuple((kind, compile_pattern(form)) for kind, form in _FORMS)
_MARKED = tuple(
    (marker, kind, compile_pattern(f"{BEFORE}({form})")) for _, marker, kind, form in MARKED_FORMS
)
# AWS gives id and secret together; the secret has no form of its own.
_AWS_PAIR = compile_pattern(
    r"(?:AKIA|ASIA)[A-Z0-9]{16}[^A-Za-z0-9/+]{1,8}(?:[A-Za-z_ ]{0,24}[=:\"' ]{1,5})?("
    r"[A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+]|$)"
)


def find_vendor_tokens(data: bytes) -> Iterator[Finding]:
    position = 0
    while match := _LOOSE.search(data, position):
        start = match.start(1)
        end = max(_ends(data, start), default=0)
        position = max(end, start + 1)
        if end:
            yield Finding(_kind_of(data[start:end]), start, end)
    for match in _AWS_PAIR.finditer(data):
        yield Finding("aws_secret_key", match.start(1), match.end(1))


def _ends(data: bytes, start: int) -> Iterator[int]:
    for group in _GROUPS:
        if match := group.match(data, start):
            yield match.end()


def find_marked_tokens(data: bytes) -> Iterator[Finding]:
    """Find tokens whose known part does not stand at their begin."""
    lower = data.lower()
    for marker, kind, pattern in _MARKED:
        if marker in lower:
            for match in pattern.finditer(data):
                yield Finding(kind, match.start(1), match.end(1))


def _kind_of(token: bytes) -> str:
    return next(kind for kind, pattern in _EACH if pattern.fullmatch(token))
