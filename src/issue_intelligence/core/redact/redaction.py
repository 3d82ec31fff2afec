"""The one redaction point: secrets and personal data become `[REDACTED:<kind>]`.

Every text from outside passes here before it is stored, shown or sent (architecture.md 5).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from issue_intelligence.core.redact.assignments import find_assignments
from issue_intelligence.core.redact.credentials import (
    find_authorization,
    find_cookies,
    find_jwts,
    find_private_keys,
    find_url_passwords,
)
from issue_intelligence.core.redact.finding import PLACEHOLDER, Detector, Finding, flatten
from issue_intelligence.core.redact.pattern import compile_pattern
from issue_intelligence.core.redact.personal import CARD_FORM, find_cards, find_emails
from issue_intelligence.core.redact.vendor_tokens import FORMS, find_vendor_tokens

__all__ = ["Finding", "find_sensitive", "redact", "replace_findings"]

_NAMES = tuple(
    b"pass pwd secret credential key token jwt sess connect.sid signature otp cvv cvc contrasena identified"
    b" sig= code= auth= hmac= sid=".split()
)
# Each detector with the words without one of which it cannot find anything; none means: always ask it.
# Where two find the same place, the earlier one names it.
_DETECTORS: tuple[tuple[Detector, tuple[bytes, ...]], ...] = (
    (find_private_keys, (b"private key",)),
    (find_vendor_tokens, ()),
    (find_jwts, (b"eyj",)),
    (find_url_passwords, (b"@", b"curl")),
    (find_cookies, (b"cookie",)),
    (find_authorization, (b"authorization", b"bearer", b"basic")),
    (find_assignments, _NAMES),
    (find_emails, (b"@", b"%40")),
    (find_cards, ()),
)
# One look that settles most lines: any of the words, or a form that needs no word.
_SUSPICIOUS = compile_pattern(
    "(?i:"
    + "|".join(re.escape(word.decode()) for _, words in _DETECTORS for word in words)
    + ")|"
    + "|".join((CARD_FORM, *(form for _, form in FORMS)))
)
# What is left once a place is redacted may itself be findable, since words now end where none did.
# Real text needs one pass and one to make sure.
_MAX_PASSES = 6


def redact(text: str) -> str:
    """Replace what is sensitive; the same object comes back when nothing is.

    Redacting twice changes nothing more.
    """
    findings = find_sensitive(text)
    return replace_findings(text, findings) if findings else text


def find_sensitive(text: str) -> tuple[Finding, ...]:
    """Find what `redact` replaces: in order, never overlapping, in characters of `text`."""
    found = _scan(text)
    if not found:
        return ()
    for _ in range(_MAX_PASSES):
        more = _scan(replace_findings(text, found))
        if not more:
            break
        found = _merge([*found, *_to_original(more, found)])
    return found


def _scan(text: str) -> tuple[Finding, ...]:
    data = flatten(text)
    if not _SUSPICIOUS.search(data):
        return ()
    lower = data.lower()
    found = (
        finding
        for detector, words in _DETECTORS
        if not words or any(word in lower for word in words)
        for finding in detector(data)
        if finding.start < finding.end
    )
    return _merge(_keep_placeholders(found, data))


def _keep_placeholders(found: Iterable[Finding], data: bytes) -> Iterator[Finding]:
    """Drop what lies within a placeholder; let none be cut in two."""
    places = [match.span() for match in PLACEHOLDER.finditer(data)]
    ends = [end for _, end in places]
    for finding in found:
        start, end = finding.start, finding.end
        first, last = bisect_right(ends, start), bisect_left(ends, end)
        if first < len(places) and places[first][0] < start:
            if end <= places[first][1]:
                continue
            start = places[first][0]
        if last < len(places) and places[last][0] < end:
            end = places[last][1]
        yield Finding(finding.kind, start, end)


def _merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Join findings that overlap; the longer one names the place."""
    merged: list[Finding] = []
    # Sorting is stable: of two findings of one place the earlier detector's comes first.
    for finding in sorted(findings, key=lambda found: (found.start, -found.end)):
        if not merged or finding.start >= merged[-1].end:
            merged.append(finding)
            continue
        last = merged[-1]
        longer = finding if finding.end - finding.start > last.end - last.start else last
        merged[-1] = Finding(longer.kind, last.start, max(last.end, finding.end))
    return tuple(merged)


def replace_findings(text: str, findings: Iterable[Finding]) -> str:
    """Put placeholders in the places found, which are in order and apart."""
    pieces: list[str] = []
    position = 0
    for finding in findings:
        pieces += (text[position : finding.start], _placeholder(finding))
        position = finding.end
    return "".join((*pieces, text[position:]))


def _to_original(more: Iterable[Finding], found: tuple[Finding, ...]) -> Iterator[Finding]:
    """Move findings in the redacted text back to the text they came from."""
    starts: list[int] = []
    ends: list[int] = []
    shift = 0
    for finding in found:
        starts.append(finding.start + shift)
        ends.append(starts[-1] + len(_placeholder(finding)))
        shift = ends[-1] - finding.end
    for finding in more:
        # The last placeholder that begins before the place's start, and before its end.
        first, last = bisect_right(starts, finding.start) - 1, bisect_left(starts, finding.end) - 1
        start = finding.start if first < 0 else found[first].end + finding.start - ends[first]
        end = finding.end if last < 0 else found[last].end + finding.end - ends[last]
        if first >= 0 and finding.start < ends[first]:
            start = found[first].start
        if last >= 0 and finding.end < ends[last]:
            end = found[last].end
        yield Finding(finding.kind, start, end)


def _placeholder(finding: Finding) -> str:
    return f"[REDACTED:{finding.kind}]"
