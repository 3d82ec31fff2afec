"""Work that will never succeed unless someone changes something."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    # Set by the store.
    id: int = 0
    # What failed: a step's name, or "dispatch".
    step: str
    # "" when the work belongs to no incident yet.
    incident_id: str
    revision: int
    # Redacted, for people.
    reason: str
    at: datetime


class DeadLetters(Protocol):
    async def add(self, letter: DeadLetter) -> None: ...

    async def open_letters(self, limit: int) -> list[DeadLetter]:
        """List what nobody has re-run yet, newest first."""
        ...

    async def count_open(self) -> int: ...

    async def mended(self, incident_id: str, at: datetime, *, before_revision: int) -> None:
        """Note that this later run of the incident reached its end, so nobody needs to look at earlier ones.

        What the run itself could not do stays on the list.
        """
        ...
