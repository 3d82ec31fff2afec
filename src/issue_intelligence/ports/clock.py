"""The time, so that tests can pass their own."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Give the time, aware and in UTC."""
        ...
