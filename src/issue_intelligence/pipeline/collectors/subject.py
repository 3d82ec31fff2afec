"""What the collectors are asked about, and what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.model.alert import Alert, AlertContext
from issue_intelligence.core.model.incident import Incident
from issue_intelligence.core.model.service import Service
from issue_intelligence.ports.incident_store import Run
from issue_intelligence.ports.log_source import LogPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the collectors ask about."""

    run: Run
    incident: Incident
    # The newest, the oldest of them first.
    alerts: Sequence[tuple[Alert, AlertContext]]
    # None when the catalogue does not have it.
    service: Service | None
    window: LogWindow

    @property
    def alert(self) -> Alert:
        return self.alerts[-1][0]

    @property
    def context(self) -> AlertContext:
        return self.alerts[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a collector brought; not yet redacted."""

    # What was asked: "log files /var/log/shop/*.log".
    source: str
    data: object
    # What is missing of it and why, for people; "" when nothing is.
    missing: str = ""
    window: LogWindow | None = None
    # The query that was sent, and what opens its answer in a browser; "" for none.
    query: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotConfigured:
    """Nobody set up what would have been asked."""

    # "no log source".
    what: str


class Collector(Protocol):
    def place(self, subject: Subject) -> LogPlace:
        """Name what is asked, for the evidence of a failure."""
        ...

    async def collect(self, subject: Subject) -> Found | NotConfigured:
        """Bring the evidence. Raises OutsideError; whatever else it raises counts as a failure too."""
        ...
