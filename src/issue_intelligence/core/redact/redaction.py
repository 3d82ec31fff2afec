"""The one redaction point: secrets and personal data become `[REDACTED:<kind>#<number>]`.

Every text from outside passes here before it is stored, shown or sent (architecture.md 5).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator

from issue_intelligence.core.redact.detectors import is_suspicious, scan_with_detectors
from issue_intelligence.core.redact.finding import INVISIBLE, PLACEHOLDER, Finding, flatten
from issue_intelligence.core.redact.numbering import Numbering

__all__ = ["Finding", "find_sensitive", "redact", "replace_findings"]

# What is left once a place is redacted may itself be findable, since words now end where none did.
# Real text needs one pass and one to make sure.
_MAX_PASSES = 6
_SPACE = re.compile(r"\s")


def redact(text: str, numbering: Numbering | None = None) -> str:
    """Replace what is sensitive; the same object comes back when nothing is.

    Redacting twice changes nothing more. Texts of one document share a numbering.
    """
    findings = find_sensitive(text)
    if numbering is None:
        return replace_findings(text, findings) if findings else text
    numbering.take((text,))
    return replace_findings(text, findings, numbering)


def find_sensitive(text: str, *, known: Iterable[Finding] = (), ips: bool = False) -> tuple[Finding, ...]:
    """Find what `redact` replaces: in order, never overlapping, in characters of `text`.

    `known` was found already, by what stands beside the text. `ips` also finds IP addresses.
    """
    if text.isascii() or not INVISIBLE.search(text):
        return _find(text, tuple(known), ips=ips)
    places = _visible_places(text)
    seen = tuple(
        Finding(each.kind, bisect_left(places, each.start), bisect_left(places, each.end)) for each in known
    )
    found = _find("".join([text[place] for place in places]), seen, ips=ips)
    return tuple(Finding(each.kind, places[each.start], places[each.end - 1] + 1) for each in found)


def _visible_places(text: str) -> list[int]:
    places: list[int] = []
    position = 0
    for hidden in INVISIBLE.finditer(text):
        places.extend(range(position, hidden.start()))
        position = hidden.end()
    places.extend(range(position, len(text)))
    return places


def _find(text: str, known: tuple[Finding, ...], *, ips: bool) -> tuple[Finding, ...]:
    found = known or _scan(text, ips=ips)
    if not found:
        return ()
    for number in range(2 * _MAX_PASSES):
        more: Iterable[Finding] = _scan(_scanned_again(text, found), ips=ips)
        if not more:
            break
        more = _to_original(more, found)
        if number >= _MAX_PASSES:
            # Secrets glued together show one after another: all that is joined to one goes with it.
            more = [Finding(each.kind, each.start, _end_of_run(text, each.end)) for each in more]
        found = _merge([*found, *more])
    return found


def _end_of_run(text: str, position: int) -> int:
    space = _SPACE.search(text, position)
    return len(text) if space is None else space.start()


def _scan(text: str, *, ips: bool) -> tuple[Finding, ...]:
    data = flatten(text)
    if not ips and not is_suspicious(data):
        return ()
    return _merge(_keep_placeholders(scan_with_detectors(data, ips=ips), data))


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


def replace_findings(
    text: str,
    findings: Iterable[Finding],
    numbering: Numbering | None = None,
    *,
    quotes_document: bool = False,
) -> str:
    """Put placeholders in the places found, which are in order and apart.

    `quotes_document` keeps the numbers of placeholders in it, since they are this document's own.
    """
    if numbering is None:
        numbering = Numbering()
        numbering.take((text,))
    between: Callable[[str], str] = str if quotes_document else numbering.keep_apart
    pieces: list[str] = []
    position = 0
    for finding in findings:
        value = text[finding.start : finding.end]
        pieces += (
            between(text[position : finding.start]),
            numbering.placeholder(finding.kind, value),
        )
        position = finding.end
    return "".join((*pieces, between(text[position:])))


def _scanned_again(text: str, findings: Iterable[Finding]) -> str:
    """Give the text as it will be, but for the numbers, which are no matter to what is found in it."""
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
    return f"[REDACTED:{finding.kind}#1]"
