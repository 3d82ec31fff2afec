"""When an alert fired, from its start to its end."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    # The alert's fingerprint: the same for each time that one instance of a rule fires.
    series: str
    started_at: datetime
    # None while it fires.
    ended_at: datetime | None
