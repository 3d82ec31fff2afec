"""Tells people what was found and done."""

from typing import Protocol

from issue_intelligence.core.model.notice import IncidentNotice


class Notifier(Protocol):
    @property
    def description(self) -> str: ...

    async def notify(self, notice: IncidentNotice, *, marker: str) -> None:
        """Deliver the notice. Raises TransientError or PermanentError.

        `marker` is unique for this notice, so that a channel that can look does not say it twice.
        """
        ...
