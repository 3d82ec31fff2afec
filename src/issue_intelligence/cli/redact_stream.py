"""Redacts a text of any length piece by piece, as one document."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from issue_intelligence.core.redact.numbering import Numbering
from issue_intelligence.core.redact.redaction import Finding, find_sensitive, replace_findings

BLOCK_BYTES = 1 << 20
# What may belong to a secret that goes on is held back, and what may have named one is looked at again.
_HELD_CHARS = 32 << 10
_CONTEXT_CHARS = 4 << 10
# A secret longer than this is written in parts.
_MAX_SECRET_CHARS = 4 << 20


class LineTooLongError(Exception):
    """A line does not fit into memory as it may be used."""


@dataclass(slots=True, kw_only=True)
class RedactedStream:
    """Gives the redacted text of a stream; in memory is at most one line, and a few blocks."""

    stream: BinaryIO
    ips: bool
    max_line_bytes: int
    on_progress: Callable[[int], None]
    # How many places of each kind there were.
    counts: Counter[str] = field(default_factory=Counter)
    _numbering: Numbering = field(default_factory=Numbering)
    # What was read and not yet written, after what was written last.
    _text: str = ""
    _written: int = 0

    def pieces(self) -> Iterator[str]:
        rest, read = b"", 0
        while block := self.stream.read(BLOCK_BYTES):
            read += len(block)
            self.on_progress(read)
            # Characters and line ends are not cut in two.
            whole, end, begun = block.rpartition(b"\n")
            rest += whole + end if end else b""
            if end:
                self._text += rest.decode("utf-8", "surrogateescape")
                rest = begun
                yield self._piece(is_last=False)
            else:
                rest += begun
            if len(rest) > self.max_line_bytes:
                raise LineTooLongError
        self._text += rest.decode("utf-8", "surrogateescape")
        yield self._piece(is_last=True)

    def _piece(self, *, is_last: bool) -> str:
        text = self._text
        end = len(text) if is_last else text.rfind("\n", 0, max(0, len(text) - _HELD_CHARS)) + 1
        if end <= self._written:
            return text[self._written :] if is_last else ""
        found = find_sensitive(text, ips=self.ips)
        across = next((each.start for each in found if each.start < end < each.end), end)
        if across > self._written or len(text) - self._written < _MAX_SECRET_CHARS:
            end = max(across, self._written)
        piece = self._redacted(found, end)
        kept = max(0, end - _CONTEXT_CHARS)
        self._text, self._written = text[kept:], end - kept
        return piece

    def _redacted(self, found: tuple[Finding, ...], end: int) -> str:
        begin, piece = self._written, self._text[self._written : end]
        here = [
            replace(each, start=max(each.start, begin) - begin, end=min(each.end, end) - begin)
            for each in found
            if each.end > begin and each.start < end
        ]
        self.counts.update(each.kind for each in here)
        self._numbering.take((piece,))
        return replace_findings(piece, here, self._numbering)
