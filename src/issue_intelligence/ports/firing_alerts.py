"""What fires now, for those who want to know what an excuse would cover."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class FiringAlert:
    incident_id: str
    # As the incident knows them.
    service: str
    environment: str
    labels: Mapping[str, str]


class FiringAlerts(Protocol):
    async def firing(self) -> tuple[FiringAlert, ...]:
        """Give the alerts of open incidents that fire."""
        ...
