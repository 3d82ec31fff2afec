"""Where numbers about requests come from: Prometheus, or logs of HTTP requests."""

from dataclasses import dataclass
from typing import Protocol

from issue_intelligence.core.investigate.looks import LogWindow
from issue_intelligence.core.model.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Numbers of one service in one window. None means unknown, which is never the same as zero."""

    request_count: int | None = None
    # Failed of all requests, 0 to 1.
    error_rate: float | None = None
    mean_response_seconds: float | None = None


class MetricsSource(Protocol):
    @property
    def description(self) -> str:
        """Name the source for people: "Prometheus at prometheus.example.org"."""
        ...

    async def measure(self, service: Service, window: LogWindow) -> Measured:
        """Ask for the numbers of the window. Raises TransientError or PermanentError.

        A source that has no request of the service gives None for each number.
        """
        ...
