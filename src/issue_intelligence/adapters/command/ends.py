"""Keeps the beginning and the end of a text that may be endless."""

from collections import deque


class BothEnds:
    def __init__(self, keep_bytes: int) -> None:
        """Keep so many bytes of each end."""
        self._keep = keep_bytes
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self._dropped = 0

    def add(self, chunk: bytes) -> None:
        room = self._keep - len(self._head)
        self._head += chunk[:room]
        rest = chunk[room:]
        if not rest:
            return
        self._tail.append(rest)
        self._tail_bytes += len(rest)
        while self._tail_bytes - len(self._tail[0]) >= self._keep:
            gone = len(self._tail.popleft())
            self._tail_bytes -= gone
            self._dropped += gone

    def text(self) -> str:
        """Give what was kept, and how much is missing in between."""
        tail = b"".join(self._tail)
        dropped = self._dropped + max(0, len(tail) - self._keep)
        tail = tail[-self._keep :]
        head = self._head.decode("utf-8", errors="replace")
        end = tail.decode("utf-8", errors="replace")
        return f"{head}\n[{dropped} bytes left out]\n{end}" if dropped else head + end
