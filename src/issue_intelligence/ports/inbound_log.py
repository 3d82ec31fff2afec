"""Keeps every webhook body from the moment it is acknowledged: the promise of intake rests here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.alert import AlertSource
from issue_intelligence.ports.errors import OutsideError


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInboundEvent:
    """A webhook as received and understood, before it is committed."""

    source: AlertSource
    received_at: datetime
    body: bytes
    # Of the alerts that could be read, in the sender's order; empty when none could.
    alert_ids: tuple[str, ...]
    # JSON list of what could not be read and why; "" when all could.
    rejected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundEvent:
    """A committed webhook; ids rise, and of several processes one may commit a lower id a little later."""

    id: int
    source: AlertSource
    received_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What is committed and not yet dispatched."""

    events: int
    oldest_received_at: datetime | None


class InboundLog(Protocol):
    def submit(self, event: NewInboundEvent, done: Callable[[OutsideError | None], None]) -> None:
        """Have the event committed; when `done` gets None, a crash cannot lose it any more.

        `done` is called later, in the event loop, and must not raise; it gets a TransientError when the
        disk does not take commits now. Raises TransientError, and calls nobody, when too many wait already.
        """
        ...

    async def undispatched(self, limit: int) -> list[InboundEvent]:
        """Give the oldest events that have alerts and are not dispatched."""
        ...

    async def mark_dispatched(self, event_ids: Sequence[int], at: datetime) -> None: ...

    async def delete_dispatched(self, before: datetime, limit: int) -> int:
        """Delete the oldest events received before that; give how many, `limit` when there may be more.

        An event whose alerts are not dispatched stays, however old.
        """
        ...

    async def waiting_alert(self, alert_id: str) -> datetime | None:
        """Tell when an alert that is committed and not yet dispatched came in; None for no such alert."""
        ...

    async def backlog(self) -> Backlog: ...
