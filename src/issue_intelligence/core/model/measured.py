"""Numbers about requests, as one source gives them."""

from dataclasses import dataclass

# What the source is called whose numbers come from the log's own lines.
LOGS = "logs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Numbers of one service in one window. None means unknown, which is never the same as zero."""

    request_count: int | None = None
    # Failed of all requests, 0 to 1.
    error_rate: float | None = None
    mean_response_seconds: float | None = None
    # Of the memory that the service may use, 0 to 100.
    memory_percent: float | None = None
    # What the source could not tell and why, or warned of, for people; empty when all is well.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What one source says of a window, and of the same window at earlier times."""

    # "Prometheus at prometheus.example.org".
    source: str
    now: Measured
    before: tuple[Measured, ...] = ()
