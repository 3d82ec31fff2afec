"""What people read about alerts."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class HistoryStatus(StrEnum):
    """How far we are with an alert, or what its sender last said of it."""

    RECEIVED = "received"
    INVESTIGATED = "investigated"
    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    limit: int = 50
    # The last page's `next_before`; "" for the first page.
    before: str = ""
    status: HistoryStatus | None = None
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    # One JSON-ready object an alert, newest first; field names as in contract.md.
    alerts: tuple[dict[str, Any], ...] = field(default=())
    # Opaque; None at the end.
    next_before: str | None = None


class AlertHistory(Protocol):
    async def page(self, query: HistoryQuery) -> HistoryPage:
        """Give one page. Raises ValueError when `before` is no cursor of ours."""
        ...

    async def one(self, alert_id: str) -> dict[str, Any] | None:
        """Give everything about one alert, JSON-ready."""
        ...

    async def last_received_at(self) -> datetime | None: ...
