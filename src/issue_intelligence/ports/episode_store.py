"""When alerts fired and stopped, and what was told of it once."""

from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.episode import Episode
from issue_intelligence.ports.incident_store import Findings, Run


class EpisodeStore(Protocol):
    async def of_incident(self, incident_id: str) -> tuple[Episode, ...]:
        """Give the newest of an incident, in the order of storing; no time is after it was heard of."""
        ...

    async def of_key(self, key: str, since: datetime) -> tuple[Episode, ...]:
        """Give those of all incidents of this key that started since."""
        ...

    async def told_findings(self, incident_id: str) -> Findings | None:
        """Give the newest findings of an incident that no excuse kept quiet; None for none."""
        ...

    async def tells(self, run: Run, subject: str, kind: str, since: datetime, now: datetime) -> bool:
        """Tell whether it is this run that tells of a subject; so it does if none has since then.

        Asked again, it gives the same answer.
        """
        ...
