"""Puts the pages of one window together: each ends where the one before began."""

from collections import Counter
from dataclasses import dataclass, field

from issue_intelligence.adapters.loki.answers import Streams
from issue_intelligence.core.investigate.shipped_lines import ShippedLine

_Key = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], str]


@dataclass(slots=True)
class Pages:
    """The lines read so far, newest page first.

    The end of a window is exclusive at Loki, and a page may end between lines of one nanosecond. So the next
    page asks for that nanosecond once more, and what was in both counts once. What Loki itself
    gives twice stays twice.
    """

    # Newest page first; within a page as it came, which is the oldest first in each stream.
    _pages: list[list[ShippedLine]] = field(default_factory=list)
    count: int = 0
    chars: int = 0
    # Where the oldest page ended; None before the first.
    border_ns: int | None = None
    _at_border: Counter[_Key] = field(default_factory=Counter)

    @property
    def at_border(self) -> int:
        """Count the lines of the border's nanosecond that the next page brings again."""
        return self._at_border.total()

    def add(self, streams: Streams) -> int:
        """Take a page; give how many of its lines are new."""
        page = [line for stream in streams for line in stream]
        seen = Counter(self._at_border)
        new = []
        for line in page:
            if line.at_ns == self.border_ns and seen[_key(line)] > 0:
                seen[_key(line)] -= 1
            else:
                new.append(line)
        if not new:
            return 0
        border_ns = min(line.at_ns for line in new)
        if border_ns != self.border_ns:
            self._at_border = Counter()
            self.border_ns = border_ns
        self._at_border.update(_key(line) for line in new if line.at_ns == border_ns)
        self._pages.append(new)
        self.count += len(new)
        self.chars += sum(len(line.text) for line in new)
        return len(new)

    def step_over_border(self) -> None:
        """Give up what else there is at the border's nanosecond, which is more than one page holds."""
        self._at_border = Counter()

    def newest(self, limit: int) -> list[ShippedLine]:
        """Give the newest lines, those of an older page before those of a newer one."""
        lines = [line for page in reversed(self._pages) for line in page]
        if len(lines) <= limit:
            return lines
        # The sort keeps the order of those that are equally old.
        order = sorted(range(len(lines)), key=lambda at: lines[at].at_ns)[len(lines) - limit :]
        return [lines[at] for at in sorted(order)]


def _key(line: ShippedLine) -> _Key:
    return tuple(sorted(line.labels.items())), tuple(sorted(line.metadata.items())), line.text
