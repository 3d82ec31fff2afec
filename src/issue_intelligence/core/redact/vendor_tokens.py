"""Finds tokens that are recognised by the form their vendor gave them, wherever they stand."""

from collections.abc import Iterator

from issue_intelligence.core.redact.finding import Finding
from issue_intelligence.core.redact.pattern import compile_pattern
from issue_intelligence.core.redact.vendor_forms import FORMS, MARKED_FORMS

# A form in the middle of a longer word is a coincidence: "task-..." holds "sk-...". An escaped sign
# ends in a letter or digit and is none of a word: "\n", "%3D", "\u0020", "\x20". So does a colour.
BEFORE = r"(?:^|[^A-Za-z0-9]|\\[nrtbfv]|(?:%|\\x|\\u00)[0-9A-Fa-f]{2}|\x1b\[[0-9;]{0,16}m)"
ANY_FORM = BEFORE + "(?:" + "|".join(form for _, form in FORMS) + ")"
_ANY = compile_pattern(BEFORE + "(?:" + "|".join(f"({form})" for _, form in FORMS) + ")")
_MARKED = tuple(
    (marker, kind, compile_pattern(f"{BEFORE}({form})")) for _, marker, kind, form in MARKED_FORMS
)
# AWS gives id and secret together; the secret has no form of its own.
_AWS_PAIR = compile_pattern(
    r"(?:AKIA|ASIA)[A-Z0-9]{16}[^A-Za-z0-9/+]{1,8}(?:[A-Za-z_ ]{0,24}[=:\"' ]{1,5})?("
    r"[A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+]|$)"
)


def find_vendor_tokens(data: bytes) -> Iterator[Finding]:
    for match in _ANY.finditer(data):
        group = match.lastindex
        yield Finding(FORMS[group - 1][0], match.start(group), match.end(group))
    for match in _AWS_PAIR.finditer(data):
        yield Finding("aws_secret_key", match.start(1), match.end(1))


def find_marked_tokens(data: bytes) -> Iterator[Finding]:
    """Find tokens whose known part does not stand at their begin."""
    lower = data.lower()
    for marker, kind, pattern in _MARKED:
        if marker in lower:
            for match in pattern.finditer(data):
                yield Finding(kind, match.start(1), match.end(1))
