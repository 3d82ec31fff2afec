"""Whether this process may still do things outside, or has been given up by the others."""

from typing import Protocol


class MayAct(Protocol):
    def check(self) -> None:
        """Raise StorageError unless this process is sure that nobody else does its work."""
        ...
