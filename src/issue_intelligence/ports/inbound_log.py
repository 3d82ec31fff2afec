"""Keeps every webhook body from the moment it is acknowledged: the promise of intake rests here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.alert import AlertSource


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
    async def append(self, event: NewInboundEvent) -> None:
        """Commit the event; when this returns, a crash cannot lose it.

        Raises TransientError when too many wait already, or when the disk does not take it.
        """
        ...

    async def undispatched(self, limit: int) -> list[InboundEvent]:
        """Give the oldest events that have alerts and are not dispatched."""
        ...

    async def mark_dispatched(self, event_ids: Sequence[int], at: datetime) -> None: ...

    async def waiting_alert(self, alert_id: str) -> datetime | None:
        """Tell when an alert that is committed and not yet dispatched came in; None for no such alert."""
        ...

    async def backlog(self) -> Backlog: ...
