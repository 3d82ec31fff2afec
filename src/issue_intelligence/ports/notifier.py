"""Tells people what was found and done."""

from dataclasses import dataclass
from typing import Protocol

from issue_intelligence.core.model.verdict import Conclusion, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNotice:
    """What people should know of an incident now; redacted."""

    incident_id: str
    service: str
    alert_name: str
    conclusion: Conclusion
    confidence: int
    severity: Severity
    headline: str
    # What was done: "issue created", "no issue: …".
    result: str
    details: tuple[str, ...] = ()
    issue_url: str = ""


class Notifier(Protocol):
    @property
    def description(self) -> str: ...

    async def notify(self, notice: IncidentNotice, *, marker: str) -> None:
        """Deliver the notice. Raises TransientError or PermanentError.

        `marker` is unique for this notice, so that a channel that can look does not say it twice.
        """
        ...
