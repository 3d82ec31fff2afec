"""Tells people what was found and done."""

from datetime import datetime
from typing import Protocol

from issue_intelligence.core.model.notice import IncidentNotice


class Notifier(Protocol):
    @property
    def description(self) -> str: ...

    @property
    def keeps_current(self) -> bool:
        """True for one that keeps a message up to date.

        It is told at every look, and before a remediation too, and decides itself what of it people
        hear. Any other is told only what deserves to be heard.
        """
        ...

    async def notify(
        self, notice: IncidentNotice, *, marker: str, unknown_since: datetime | None = None
    ) -> bool:
        """Deliver the notice; give whether people were told. Raises TransientError or PermanentError.

        `marker` is unique for this notice, so that a channel that can look does not say it twice.
        `unknown_since` is when it was first meant to be sent, if nobody knows whether it was.
        """
        ...
