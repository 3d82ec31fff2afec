"""Where numbers about requests come from: Prometheus, or logs of HTTP requests."""

from typing import Protocol

from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.model.measured import Measured
from issue_intelligence.core.model.service import Service

__all__ = ["Measured", "MetricsSource"]


class MetricsSource(Protocol):
    @property
    def description(self) -> str:
        """Name the source for people: "Prometheus at prometheus.example.org"."""
        ...

    async def measure(self, service: Service, window: LogWindow) -> Measured:
        """Ask for the numbers of the window. Raises TransientError or PermanentError.

        A source that has no request of the service, or is not set up for it, gives None for each number.
        """
        ...
