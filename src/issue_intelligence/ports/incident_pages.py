"""What people read about incidents."""

from dataclasses import dataclass
from typing import Any, Protocol

from issue_intelligence.core.model.incident import IncidentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentQuery:
    limit: int = 50
    # The last page's `next_before`; "" for the first page.
    before: str = ""
    status: IncidentStatus | None = None
    service: str = ""
    # Leave out what is part of another incident.
    leading_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    # One JSON-ready object an incident, the newest first.
    incidents: tuple[dict[str, Any], ...]
    # Opaque; None at the end.
    next_before: str | None = None


class IncidentPages(Protocol):
    async def page(self, query: IncidentQuery) -> IncidentPage:
        """Give one page. Raises ValueError when `before` is no cursor of ours."""
        ...

    async def one(self, incident_id: str) -> dict[str, Any] | None:
        """Give everything about one incident, JSON-ready; None when there is none of this id."""
        ...
